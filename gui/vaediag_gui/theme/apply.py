"""Puts a palette on the application: Qt's palette, a short style sheet, the font, and pyqtgraph's defaults."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

from PyQt6.QtCore import Qt
from PyQt6.QtGui import QColor, QFont, QFontDatabase, QGuiApplication, QPalette
from PyQt6.QtWidgets import QApplication, QStyleFactory

from vaediag_gui.theme.palette import DARK, LIGHT, Palette

FAMILY = "Inter"
BODY, SMALL, TITLE, HEADING = 13, 12, 15, 22  # pixels
SETTINGS = ("system", "light", "dark")

_current = LIGHT


def current() -> Palette:
    """The palette in force. Widgets that paint ask again on `QEvent.Type.PaletteChange`."""
    return _current


def load_font() -> None:
    """Register the bundled font with Qt, once per process."""
    if FAMILY not in QFontDatabase.families():
        for weight in ("Regular", "Medium", "SemiBold"):
            data = (files("vaediag_gui.theme") / "fonts" / f"Inter-{weight}.otf").read_bytes()
            QFontDatabase.addApplicationFontFromData(data)


def font(size: int = BODY, *, weight: QFont.Weight = QFont.Weight.Normal) -> QFont:
    """The app's font at a size in pixels, with digits of equal width."""
    made = QFont(FAMILY)
    made.setPixelSize(size)
    made.setWeight(weight)
    made.setFeature(QFont.Tag("tnum"), 1)
    return made


def chosen(setting: str) -> Palette:
    """The palette for "system", "light" or "dark"."""
    if setting == "system":
        hints = QGuiApplication.styleHints()
        dark = hints is not None and hints.colorScheme() == Qt.ColorScheme.Dark
        return DARK if dark else LIGHT
    return DARK if setting == "dark" else LIGHT


def apply(app: QApplication, palette: Palette) -> None:
    """Dress the whole application; every widget gets a PaletteChange event."""
    global _current
    _current = palette
    load_font()
    app.setStyle(QStyleFactory.create("Fusion"))
    app.setFont(font())
    app.setPalette(_qt_palette(palette))
    app.setStyleSheet(_style_sheet(palette))
    import pyqtgraph as pg

    pg.setConfigOptions(
        imageAxisOrder="row-major", antialias=True, background=palette.surface, foreground=palette.muted
    )


def _qt_palette(p: Palette) -> QPalette:
    made = QPalette()
    role = QPalette.ColorRole
    for name, colour in (
        (role.Window, p.window), (role.WindowText, p.text), (role.Base, p.surface), (role.AlternateBase, p.hover),
        (role.Text, p.text), (role.Button, p.raised), (role.ButtonText, p.text), (role.BrightText, p.on_accent),
        (role.Highlight, p.accent), (role.HighlightedText, p.on_accent), (role.ToolTipBase, p.raised),
        (role.ToolTipText, p.text), (role.PlaceholderText, p.muted), (role.Link, p.accent), (role.Accent, p.accent),
        (role.Light, p.surface), (role.Midlight, p.hover), (role.Mid, p.rule), (role.Dark, p.rule),
        (role.Shadow, p.rule),
    ):  # fmt: skip
        made.setColor(name, QColor(colour))
    for name in (role.WindowText, role.Text, role.ButtonText):
        made.setColor(QPalette.ColorGroup.Disabled, name, QColor(p.disabled))
    return made


def _style_sheet(p: Palette) -> str:
    # Qt reads pictures of a style sheet from files only; the package is installed as plain files
    icons = Path(__file__).parent / "icons"
    down, up, check = ((icons / f"{shape}-{p.name}.svg").as_posix() for shape in ("down", "up", "check"))
    return f"""
    QToolTip {{ background: {p.raised}; color: {p.text}; border: 1px solid {p.rule}; padding: 4px 6px; }}
    QPushButton, QToolButton, QComboBox {{
        background: {p.raised}; color: {p.text}; border: 1px solid {p.rule}; border-radius: 6px; padding: 4px 10px;
        min-height: 18px;
    }}
    QToolButton {{ padding: 4px 8px; }}
    QPushButton:hover, QToolButton:hover, QComboBox:hover {{ background: {p.hover}; }}
    QPushButton:pressed, QToolButton:pressed {{ background: {p.pressed}; }}
    QPushButton:checked, QToolButton:checked {{ background: {p.selection}; border-color: {p.accent}; }}
    QPushButton:focus, QToolButton:focus, QComboBox:focus, QLineEdit:focus, QAbstractSpinBox:focus {{
        border: 1px solid {p.accent}; outline: none;
    }}
    QPushButton:disabled, QToolButton:disabled, QComboBox:disabled, QLineEdit:disabled, QAbstractSpinBox:disabled {{
        color: {p.disabled};
    }}
    QPushButton[primary="true"] {{ background: {p.accent}; color: {p.on_accent}; border-color: {p.accent}; }}
    QPushButton[primary="true"]:hover {{ border-color: {p.text}; }}
    QPushButton[primary="true"]:disabled {{ background: {p.pressed}; color: {p.disabled}; border-color: {p.rule}; }}
    QToolButton[flat="true"] {{ background: transparent; border-color: transparent; }}
    QToolButton[flat="true"]:hover {{ background: {p.hover}; }}
    QToolButton[flat="true"]:focus {{ border-color: {p.accent}; }}
    QComboBox::drop-down {{ border: none; width: 22px; }}
    QComboBox::down-arrow {{ image: url("{down}"); width: 12px; height: 12px; }}
    QToolButton[popupMode="2"] {{ padding-right: 24px; }}
    QToolButton::menu-indicator {{ image: url("{down}"); width: 12px; height: 12px; right: 8px;
        subcontrol-origin: padding; subcontrol-position: center right; }}
    QPushButton::menu-indicator {{ image: url("{down}"); width: 12px; height: 12px; right: 4px;
        subcontrol-origin: padding; subcontrol-position: center right; }}
    QComboBox QAbstractItemView {{ background: {p.surface}; color: {p.text}; border: 1px solid {p.rule};
        selection-background-color: {p.selection}; selection-color: {p.text}; }}
    QLineEdit, QAbstractSpinBox {{
        background: {p.surface}; color: {p.text}; border: 1px solid {p.rule}; border-radius: 6px; padding: 4px 8px;
        selection-background-color: {p.accent}; selection-color: {p.on_accent};
    }}
    QAbstractSpinBox::up-button, QAbstractSpinBox::down-button {{ border: none; background: transparent; width: 18px; }}
    QAbstractSpinBox::up-button:hover, QAbstractSpinBox::down-button:hover {{ background: {p.hover}; }}
    QAbstractSpinBox::up-arrow {{ image: url("{up}"); width: 10px; height: 10px; }}
    QAbstractSpinBox::down-arrow {{ image: url("{down}"); width: 10px; height: 10px; }}
    QCheckBox, QRadioButton {{ spacing: 8px; }}
    QCheckBox::indicator, QRadioButton::indicator {{ width: 12px; height: 12px; background: {p.raised};
        border: 1px solid {p.muted}; }}
    QCheckBox::indicator {{ border-radius: 4px; }}
    QRadioButton::indicator {{ border-radius: 7px; }}
    QCheckBox::indicator:hover, QRadioButton::indicator:hover {{ background: {p.hover}; border-color: {p.accent}; }}
    QCheckBox::indicator:checked {{ background: {p.accent}; border-color: {p.accent}; image: url("{check}"); }}
    QRadioButton::indicator:checked {{ width: 6px; height: 6px; border: 4px solid {p.accent};
        background: {p.on_accent}; }}
    QCheckBox::indicator:disabled, QRadioButton::indicator:disabled {{ border-color: {p.disabled}; }}
    QCheckBox::indicator:checked:disabled {{ background: {p.disabled}; }}
    QCheckBox:disabled, QRadioButton:disabled {{ color: {p.disabled}; }}
    QCheckBox:focus, QRadioButton:focus {{ color: {p.accent}; }}
    QWidget[side="true"] {{ background: {p.surface}; }}
    QDialogButtonBox {{ dialogbuttonbox-buttons-have-icons: 0; }}
    QTabWidget::pane {{ border: none; border-top: 1px solid {p.rule}; }}
    QTabBar {{ qproperty-drawBase: 0; }}
    QTabBar::tab {{ background: transparent; color: {p.muted}; padding: 8px 8px; border: none;
        border-bottom: 2px solid transparent; }}
    QTabBar[narrow="true"]::tab {{ padding: 8px 2px; font-size: {SMALL - 1}px; }}
    QTabBar::tab:hover {{ color: {p.text}; }}
    QTabBar::tab:selected {{ color: {p.text}; border-bottom: 2px solid {p.accent}; }}
    QTabBar::tab:focus {{ color: {p.accent}; }}
    QTabBar::tab:disabled {{ color: {p.disabled}; }}
    QTabBar QToolButton {{ padding: 0 2px; border-radius: 4px; background: {p.window}; }}
    QMenuBar {{ background: {p.window}; }}
    QMenuBar::item {{ padding: 5px 10px; background: transparent; border-radius: 4px; }}
    QMenuBar::item:selected {{ background: {p.pressed}; }}
    QMenu {{ background: {p.surface}; color: {p.text}; border: 1px solid {p.rule}; padding: 4px; }}
    QMenu::item {{ padding: 5px 24px 5px 24px; border-radius: 4px; }}
    QMenu::item:selected {{ background: {p.selection}; color: {p.text}; }}
    QMenu::item:disabled {{ color: {p.disabled}; }}
    QMenu::separator {{ height: 1px; background: {p.rule}; margin: 4px 8px; }}
    QFrame[card="true"] {{ background: {p.surface}; border: 1px solid {p.rule}; border-radius: 8px; }}
    QLabel[role="title"] {{ font-size: {TITLE}px; font-weight: 600; }}
    QLabel[role="heading"] {{ font-size: {HEADING}px; font-weight: 600; }}
    QLabel[role="muted"] {{ color: {p.muted}; font-size: {SMALL}px; }}
    QLabel[role="strong"] {{ font-weight: 600; }}
    QScrollArea {{ border: none; background: transparent; }}
    QScrollBar:vertical {{ width: 11px; background: transparent; margin: 0; }}
    QScrollBar:horizontal {{ height: 11px; background: transparent; margin: 0; }}
    QScrollBar::handle {{ background: {p.rule}; border-radius: 4px; min-height: 28px; min-width: 28px; margin: 2px; }}
    QScrollBar::handle:hover {{ background: {p.disabled}; }}
    QScrollBar::add-line, QScrollBar::sub-line {{ width: 0; height: 0; }}
    QScrollBar::add-page, QScrollBar::sub-page {{ background: transparent; }}
    QProgressBar {{ background: {p.pressed}; border: none; border-radius: 4px; max-height: 8px; text-align: center; }}
    QProgressBar::chunk {{ background: {p.accent}; border-radius: 4px; }}
    QSplitter::handle {{ background: {p.window}; }}
    QSplitter::handle:hover {{ background: {p.rule}; }}
    QStatusBar {{ background: {p.window}; color: {p.muted}; }}
    QStatusBar::item {{ border: none; }}
    """
