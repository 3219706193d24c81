//! A file: unpacked, decoded, and one of three formats.
//!
//! Invariants: what kind of file it is, is told by its first bytes and never by its name; nothing
//! grows beyond its limit, however well it is packed.

use std::fs::File;
use std::io::{self, Cursor, Read};
use std::path::Path;

use bytes::buf::Reader;
use bytes::{Buf as _, Bytes};
use flate2::read::MultiGzDecoder;

use super::encoding::{TextEncoding, to_utf8};
use super::fault::IntakeError;
use super::workbook;
use crate::domain::party::named_enum;

const GZIP: &[u8] = &[0x1f, 0x8b];
const ZIP: &[u8] = b"PK\x03\x04";
/// The container of Excel before 2007.
const OLD_EXCEL: &[u8] = &[0xd0, 0xcf, 0x11, 0xe0];
/// What may part the values of a line; the first of two that part it alike is taken.
const DELIMITERS: [u8; 3] = [b',', b';', b'\t'];

named_enum!(
    /// What a file is.
    FileFormat {
        /// Lines of values, also packed with gzip.
        Csv = "csv",
        /// An Excel workbook.
        Xlsx = "xlsx",
        /// A map.
        Geojson = "geojson",
    }
);

/// How large a file may be, in bytes.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// As it is given.
    pub packed: u64,
    /// Unpacked.
    pub unpacked: u64,
}

impl Limits {
    /// What a browser sends: a county's year of incidents is a tenth of it.
    pub const UPLOAD: Self = Self { packed: 32 << 20, unpacked: 256 << 20 };
    /// What is read from disk by whoever may fill the memory anyway.
    pub const DISK: Self = Self { packed: 1 << 30, unpacked: 1 << 30 };
}

/// A file in memory.
#[derive(Debug, Clone)]
pub struct InputFile {
    format: FileFormat,
    encoding: TextEncoding,
    text: Bytes,
    delimiter: u8,
    cut: Option<String>,
}

impl InputFile {
    /// A file on disk.
    ///
    /// # Errors
    /// [`IntakeError`], also what the file system says.
    pub fn open(path: &Path) -> Result<Self, IntakeError> {
        let file = File::open(path)
            .map_err(|error| IntakeError::Read { line: 1, error: error.to_string() })?;
        Self::read(file, Limits::DISK)
    }

    /// Any bytes.
    ///
    /// # Errors
    /// [`IntakeError`]: too large, or an Excel file that can't be read. A packed file that ends
    /// in its middle is read up to there, and then is an error of its rows.
    pub fn read(bytes: impl Read, limits: Limits) -> Result<Self, IntakeError> {
        let (raw, cut) = bounded(bytes, limits.packed, "the file")?;
        if let Some(error) = cut {
            return Err(IntakeError::Read { line: 1, error });
        }
        let (plain, cut) = if raw.starts_with(GZIP) {
            bounded(MultiGzDecoder::new(Cursor::new(raw)), limits.unpacked, "unpacked, the file")?
        } else {
            (raw, None)
        };
        if plain.starts_with(OLD_EXCEL) {
            return Err(IntakeError::OldExcel);
        }
        if plain.starts_with(ZIP) {
            let text = workbook::to_csv(plain, limits.unpacked)?.into();
            let (format, encoding) = (FileFormat::Xlsx, TextEncoding::Utf8);
            return Ok(Self { format, encoding, text, delimiter: b',', cut });
        }
        let (text, encoding) = to_utf8(plain);
        let is_map = text.iter().find(|byte| !byte.is_ascii_whitespace()) == Some(&b'{');
        let format = if is_map { FileFormat::Geojson } else { FileFormat::Csv };
        let delimiter = delimiter(&text);
        Ok(Self { format, encoding, text: text.into(), delimiter, cut })
    }

    /// What it is.
    pub fn format(&self) -> FileFormat {
        self.format
    }

    /// How its text was written.
    pub fn encoding(&self) -> TextEncoding {
        self.encoding
    }

    /// Its size, unpacked and decoded.
    pub fn size(&self) -> u64 {
        self.text.len() as u64
    }

    /// The whole as a map's text.
    pub(super) fn map_text(&self) -> Result<&str, IntakeError> {
        if let Some(error) = &self.cut {
            return Err(IntakeError::Read { line: 1, error: error.clone() });
        }
        let no_text = |_| IntakeError::NotGeoJson("the text can't be read".to_owned());
        std::str::from_utf8(&self.text).map_err(no_text)
    }

    /// A reader of its lines, the header among them.
    pub(super) fn lines(&self) -> csv::Reader<Lines> {
        let cut = Cut(self.cut.clone());
        let mut builder = csv::ReaderBuilder::new();
        builder
            .flexible(true)
            .delimiter(self.delimiter)
            .from_reader(self.text.clone().reader().chain(cut))
    }
}

/// A file's text, and at its end what cut it.
pub(super) type Lines = io::Chain<Reader<Bytes>, Cut>;

/// Ends as a file ends: with nothing more, or with what broke it.
pub(super) struct Cut(Option<String>);

impl Read for Cut {
    fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
        self.0.clone().map_or(Ok(0), |why| Err(io::Error::other(why)))
    }
}

/// At most `limit` bytes, and what broke off the rest.
fn bounded(
    bytes: impl Read,
    limit: u64,
    what: &'static str,
) -> Result<(Vec<u8>, Option<String>), IntakeError> {
    let mut read = Vec::new();
    let ended = bytes.take(limit + 1).read_to_end(&mut read);
    if read.len() as u64 > limit {
        return Err(IntakeError::TooLarge { what, limit });
    }
    Ok((read, ended.err().map(|error| error.to_string())))
}

/// What parts the first line, quoted text left aside.
fn delimiter(text: &[u8]) -> u8 {
    let mut counts = [0_usize; DELIMITERS.len()];
    let mut quoted = false;
    for &byte in text {
        match byte {
            b'"' => quoted = !quoted,
            b'\n' if !quoted => break,
            _ if quoted => {}
            _ => {
                if let Some(at) = DELIMITERS.iter().position(|mark| *mark == byte) {
                    counts[at] += 1;
                }
            }
        }
    }
    let most = counts.iter().copied().max().unwrap_or(0);
    let first = counts.iter().position(|count| *count == most).unwrap_or(0);
    DELIMITERS[first]
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::Compression;
    use flate2::write::GzEncoder;

    use super::*;

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    fn read(bytes: &[u8]) -> InputFile {
        InputFile::read(bytes, Limits::DISK).unwrap()
    }

    #[test]
    fn packed_or_marked_the_text_is_the_same() {
        let marked = b"\xef\xbb\xbfid,kind\n".to_vec();
        let two_members = [gzip(b"id,"), gzip(b"kind\n")].concat();
        for bytes in
            [b"id,kind\n".to_vec(), marked.clone(), gzip(b"id,kind\n"), gzip(&marked), two_members]
        {
            assert_eq!(&read(&bytes).text[..], b"id,kind\n");
        }
        assert_eq!((read(b"").text.len(), read(b" \n{}").format()), (0, FileFormat::Geojson));
    }

    #[test]
    fn a_packed_file_that_was_cut_ends_in_an_error() {
        let mut bytes = gzip(&b"id,kind\n".repeat(10_000));
        bytes.truncate(bytes.len() - 20);
        let file = read(&bytes);
        let rows: Vec<_> = file.lines().into_byte_records().collect();
        assert!(rows.len() > 1 && rows.last().unwrap().is_err());
        assert!(file.map_text().is_err());
    }

    #[test]
    fn what_is_too_large_is_refused_before_it_fills_the_memory() {
        let limits = Limits { packed: 20_000, unpacked: 30_000 };
        let refused = |bytes: &[u8]| InputFile::read(bytes, limits).unwrap_err().to_string();
        assert!(refused(&[b'a'; 20_001]).starts_with("the file is larger than"));
        let bomb = refused(&gzip(&vec![b'a'; 1 << 20]));
        assert!(bomb.starts_with("unpacked, the file is larger than"), "{bomb}");
        assert!(InputFile::read(&gzip(&[b'a'; 30_000])[..], limits).is_ok());
        assert!(refused(OLD_EXCEL).contains(".xlsx"));
    }

    #[test]
    fn values_are_parted_by_what_parts_the_header() {
        for (text, expected) in [
            ("a,b;c,d\n;;;;", b','),
            ("a;b;c", b';'),
            ("a\tb", b'\t'),
            ("\"a;b;c\",d", b','),
            ("alone", b','),
            ("", b','),
        ] {
            assert_eq!(delimiter(text.as_bytes()), expected, "{text}");
        }
    }
}
