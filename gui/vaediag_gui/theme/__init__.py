"""How the app looks: two palettes, one bundled font, colour maps. Everything that draws asks here for its colours."""
