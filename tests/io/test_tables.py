"""Tables: .csv and .tsv files and DataFrames become named values; what is no number is refused in one line."""

from __future__ import annotations

import gzip
import os

import numpy as np
import pandas as pd
import pytest

from vaediag.errors import InputError
from vaediag.io import csv_table
from vaediag.io.images import from_array
from vaediag.io.open import as_images

VALUES = np.random.default_rng(0).normal(size=(300, 4)).astype(np.float32)
NAMES = ["mean of x", "a,b", "c", "Δt"]


def written(folder, text, name="t.csv"):
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def refusal(source, match):
    with pytest.raises(InputError, match=match) as caught:
        as_images(source)
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 400


# ---- the same numbers however they are written -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("t.csv", {}),
        ("t.tsv", {"sep": "\t"}),
        ("t.csv.gz", {}),
        ("t.CSV", {"sep": ";"}),
        ("q.csv", {"quoting": 1}),
        ("crlf.csv", {"lineterminator": "\r\n"}),
        ("bom.csv", {"encoding": "utf-8-sig"}),
    ],
)
def test_what_pandas_writes_is_read_to_the_bit(name, options, tmp_path):
    pd.DataFrame(VALUES, columns=NAMES).to_csv(tmp_path / name, index=False, **options)
    images = as_images(tmp_path / name)
    assert images.sha256 == from_array(VALUES).sha256
    assert images.columns == tuple(NAMES)
    assert (images.labels, images.assumed) == (None, ())
    assert images.name == name.partition(".")[0]


def test_a_frame_is_its_numbers():
    frame = pd.DataFrame(VALUES, columns=NAMES)
    frame["whole"] = pd.array([1, None] * 150, dtype="Int64")
    frame["flag"] = VALUES[:, 0] > 0
    frame["species"] = pd.Categorical(["a", "b"] * 150)
    images = as_images(frame)
    np.testing.assert_array_equal(images.values[:, :4], VALUES)
    np.testing.assert_array_equal(images.values[:, 4], [1, np.nan] * 150)
    np.testing.assert_array_equal(images.values[:, 5], VALUES[:, 0] > 0)
    assert images.columns == (*NAMES, "whole", "flag")
    assert images.labels is not None
    assert images.labels[:2].tolist() == ["a", "b"]
    assert images.assumed == (
        "column 'species' taken as labels, not as x",
        "150 missing values in 150 rows kept as NaN",
    )


def test_blocks_of_lines_join_without_a_seam(tmp_path, monkeypatch):
    frame = pd.DataFrame(VALUES, columns=NAMES)
    frame.loc[[7, 101], "c"] = np.nan  # some blocks take the slower way
    frame.insert(1, "class", ["one", "two", "three"] * 100)
    frame.to_csv(tmp_path / "t.csv", index=False)
    whole = as_images(tmp_path / "t.csv")
    monkeypatch.setattr(csv_table, "_BLOCK", 50)
    parts = as_images(tmp_path / "t.csv")
    np.testing.assert_array_equal(whole.values, frame[NAMES].to_numpy())
    assert parts.sha256 == whole.sha256
    np.testing.assert_array_equal(parts.labels, frame["class"])


def test_a_mistake_in_a_later_block_is_at_its_own_line(tmp_path, monkeypatch):
    monkeypatch.setattr(csv_table, "_BLOCK", 20)
    path = written(tmp_path, "a,b\n" + "1,2\n" * 50 + "1,x\n" + "1,2\n" * 50)
    refusal(path, r"line 52 has 'x'")
    refusal(written(tmp_path, "a,b\n" + "1,2\n" * 60 + "1\n"), "line 62 of .* has 1")


# ---- labels, row names, missing values -------------------------------------------------------------------------------


def test_numeric_labels_are_no_values(tmp_path):
    images = as_images(written(tmp_path, "Label,p0,p1\n3,0,255\n7,1,2\n"))
    np.testing.assert_array_equal(images.values, [[0, 255], [1, 2]])
    assert images.labels is not None
    assert images.labels.tolist() == [3, 7]
    assert images.columns == ("p0", "p1")
    assert images.assumed == ("column 'Label' taken as labels, not as x",)


@pytest.mark.parametrize("names", [("0", "1"), ("5", "6"), ("cell a", "cell b")])
def test_a_first_column_without_a_name_is_left_out_if_it_only_names_rows(names, tmp_path):
    images = as_images(written(tmp_path, f",a,b\n{names[0]},1,2\n{names[1]},3,4\n"))
    np.testing.assert_array_equal(images.values, [[1, 2], [3, 4]])
    assert images.assumed == ("first column, which has no name, left out",)


@pytest.mark.parametrize("names", [("0.5", "0.7"), ("0", "2")])
def test_a_first_column_without_a_name_that_may_be_data_is_refused(names, tmp_path):
    path = written(tmp_path, f",a,b\n{names[0]},1,2\n{names[1]},3,4\n")
    refusal(path, r"the first column of t\.csv has none, and is neither names nor numbers of the rows")


@pytest.mark.parametrize("word", ["", "NA", "n/a", "NaN", "null", "None", " "])
def test_missing_values_are_nan_and_counted(word, tmp_path):
    images = as_images(written(tmp_path, f"a,b\n1,2\n{word},{word}\n{word},4\n"))
    np.testing.assert_array_equal(images.values, [[1, 2], [np.nan, np.nan], [np.nan, 4]])
    assert images.assumed == ("3 missing values in 2 rows kept as NaN",)


def test_numbers_beyond_float32_are_infinite(tmp_path):
    np.testing.assert_array_equal(as_images(written(tmp_path, "a,b\n1e300,-1e400\n")).values, [[np.inf, -np.inf]])


def test_names_from_a_file_cannot_drive_a_terminal(tmp_path):
    images = as_images(written(tmp_path, "a\x1b[31m<b>,b\n1,2\n"))
    assert images.columns == ("a[31m<b>", "b")


# ---- what is refused -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("\n\n", "a first line with the names of the columns"),
        ("a,b\n", "at least one image; t.csv has none"),
        ("a,b\n\n\n", "at least one image; t.csv has none"),
        ("a,b\n1,2\n1,2,3\n", r"expected 2 cells in each line.*line 3 of t\.csv has 3"),
        ('a,b\n1,2\n"1"\n', r"line 3 of t\.csv has 1"),
        ("a,b,c\n1,2,x\n1,y,z\n", r"text in columns 'b', 'c' \(line 3 has 'y'\).*call the column"),
        ("a,b\n1,2\n?,4\n", r"text in column 'a' \(line 3 has '\?'\)"),
        ("a;b\n1,5;2\n", r"a decimal point; line 2 of t\.csv has '1,5'"),
        ("7,0.5,3\n4,5,6\n", "begins with numbers"),
        ("a,a\n1,2\n", "several columns 'a'"),
        ("a,,b\n1,2,3\n", r"column 2 of t\.csv has none"),
        ("a,label,target\n1,2,3\n", "one column of labels; t.csv has 'label' and 'target'"),
        ("label\n1\n", "no column but its labels"),
        ("a,b\nNaN,2\n,3\n", r"each of the 2 rows of t\.csv misses some"),
        ("a,b\n1,2\né,2\n".encode("latin1"), "in UTF-8; .* the byte 0xe9"),
        ("a,b\n1,2\n".encode("utf-16"), "the byte 0xff"),
        (b"a,b\n1,\x002\n", "text in column 'b'"),
        ('a,b\n"' + "x" * 200_000 + '",2\n', "field larger than field limit"),
        ("a,b\r1,2\r", "new-line character"),
        (b"", "is empty, 0 bytes"),
    ],
)  # fmt: skip
def test_broken_tables_are_one_line(text, message, tmp_path):
    refusal(written(tmp_path, text), message)


def test_broken_archives_of_tables(tmp_path):
    whole = gzip.compress(b"a,b\n" + os.urandom(999).hex().encode())
    refusal(written(tmp_path, whole[:60], "t.csv.gz"), "cannot be read .*Copy or save it again")
    refusal(written(tmp_path, b"a,b\n1,2\n", "t.csv.gz"), "Not a gzipped file")


def test_a_line_without_an_end(tmp_path, monkeypatch):
    monkeypatch.setattr(csv_table, "_LINE", 1_000)
    refusal(written(tmp_path, "a,b\n" + "1," * 600), "expected lines; .* has one of more than")


def test_a_split_of_a_table_is_refused(tmp_path):
    with pytest.raises(InputError, match="holds one set of images; got 'train'"):
        as_images(written(tmp_path, "a\n1\n"), split="train")


@pytest.mark.parametrize(
    ("frame", "message"),
    [
        (pd.DataFrame({"a": [1], "when": [pd.Timestamp(0)], "word": ["x"]}), "text in columns 'when', 'word'"),
        (pd.DataFrame({"a": []}), "is empty"),
        (pd.DataFrame({"a": [np.nan]}), "each of the 1 rows"),
        (pd.DataFrame([[1, 2]], columns=["a", "a"]), "several columns 'a'"),
    ],
)
def test_frames_that_cannot_be_used(frame, message):
    refusal(frame, message)


@pytest.mark.parametrize("name", ["t.csv", "t.csv.gz"])
def test_flipped_bytes_never_escape_as_other_errors(name, tmp_path):
    text = pd.DataFrame(VALUES[:40], columns=NAMES).to_csv(index=False).encode()
    data = gzip.compress(text) if name.endswith(".gz") else text
    random = np.random.default_rng(3)
    for _ in range(60):
        damaged = bytearray(data)
        for place in random.integers(0, len(data), 3):
            damaged[place] = random.integers(256)
        path = written(tmp_path, bytes(damaged), name)
        try:
            as_images(path)
        except InputError as error:
            assert "\n" not in str(error)  # noqa: PT017 - both ends are allowed here
