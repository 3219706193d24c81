//! From a file's bytes to UTF-8: which encoding they are in, and what can't be read in it.
//!
//! Invariant: valid UTF-8 is UTF-8; only what isn't is held against GB18030, which has GBK in it.
//! A character that can't be read becomes the byte 0xFF, so that its row, and no other, is refused.

use std::borrow::Cow;

use encoding_rs::{Encoding, GB18030, UTF_16BE, UTF_16LE};

use crate::domain::party::named_enum;

named_enum!(
    /// How a file's text is written.
    TextEncoding {
        /// UTF-8.
        Utf8 = "utf-8",
        /// UTF-8 with a byte order mark.
        Utf8Bom = "utf-8-bom",
        /// GB18030, and GBK with it.
        Gb18030 = "gb18030",
        /// UTF-16 with a byte order mark, as some spreadsheets save "Unicode text".
        Utf16 = "utf-16",
    }
);

const BOM: [u8; 3] = [0xef, 0xbb, 0xbf];
/// No UTF-8 has it.
const UNREADABLE: u8 = 0xff;

/// The bytes as UTF-8 without a mark, and what they were.
pub(super) fn to_utf8(mut bytes: Vec<u8>) -> (Vec<u8>, TextEncoding) {
    if bytes.starts_with(&BOM) {
        bytes.drain(..BOM.len());
        return (bytes, TextEncoding::Utf8Bom);
    }
    for (mark, encoding) in [([0xff, 0xfe], UTF_16LE), ([0xfe, 0xff], UTF_16BE)] {
        if bytes.starts_with(&mark) {
            return (decoded(encoding, &bytes[mark.len()..]).0, TextEncoding::Utf16);
        }
    }
    let broken = bytes.utf8_chunks().filter(|chunk| !chunk.invalid().is_empty()).count();
    if broken == 0 {
        return (bytes, TextEncoding::Utf8);
    }
    // A file of one encoding with a broken row must not be read in the other.
    match decoded(GB18030, &bytes) {
        (text, unreadable) if unreadable < broken => (text, TextEncoding::Gb18030),
        _ => (bytes, TextEncoding::Utf8),
    }
}

/// The text, and how many characters of it can't be read.
fn decoded(encoding: &'static Encoding, bytes: &[u8]) -> (Vec<u8>, usize) {
    const MARK: &str = "\u{fffd}";
    let (text, _) = encoding.decode_without_bom_handling(bytes);
    let unreadable = text.matches(MARK).count();
    if unreadable == 0 {
        return (text.into_owned().into_bytes(), 0);
    }
    let mut marked = Vec::with_capacity(text.len());
    for (n, part) in text.split(MARK).enumerate() {
        if n > 0 {
            marked.push(UNREADABLE);
        }
        marked.extend_from_slice(part.as_bytes());
    }
    (marked, unreadable)
}

/// As much of it as can be read, for showing.
pub(super) fn shown(bytes: &[u8]) -> Cow<'_, str> {
    String::from_utf8_lossy(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_encoding_is_told_by_what_can_be_read_in_it() {
        let gbk = |text: &str| GB18030.encode(text).0.into_owned();
        let utf16: Vec<u8> = "\u{feff}姓名".encode_utf16().flat_map(u16::to_le_bytes).collect();
        let cases = [
            ("姓名".as_bytes().to_vec(), "姓名", TextEncoding::Utf8),
            (b"name".to_vec(), "name", TextEncoding::Utf8),
            (Vec::new(), "", TextEncoding::Utf8),
            ("\u{feff}姓名".as_bytes().to_vec(), "姓名", TextEncoding::Utf8Bom),
            (gbk("姓名,手机"), "姓名,手机", TextEncoding::Gb18030),
            // Beyond GBK: four bytes.
            (gbk("王𬱖"), "王𬱖", TextEncoding::Gb18030),
            (utf16, "姓名", TextEncoding::Utf16),
        ];
        for (bytes, text, encoding) in cases {
            assert_eq!(to_utf8(bytes), (text.as_bytes().to_vec(), encoding), "{text}");
        }
    }

    #[test]
    fn a_broken_row_breaks_no_other() {
        let utf8 = ["盗窃\n".as_bytes(), b"caf\xff\n", "治安\n".as_bytes()].concat();
        assert_eq!(to_utf8(utf8.clone()), (utf8, TextEncoding::Utf8));
        let gbk =
            [&GB18030.encode("盗窃\n").0[..], b"\xff\n", &GB18030.encode("治安\n").0].concat();
        let expected = ["盗窃\n".as_bytes(), b"\xff\n", "治安\n".as_bytes()].concat();
        assert_eq!(to_utf8(gbk), (expected, TextEncoding::Gb18030));
    }
}
