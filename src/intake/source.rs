//! Bytes of a file, unpacked if they are packed, and how far they have been read.
//!
//! Invariant: what kind of file it is, is told by its first bytes and never by its name.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use flate2::bufread::MultiGzDecoder;

/// Large enough that a read costs nothing beside what is done with it, in bytes.
const BUFFER_BYTES: usize = 256 * 1024;
const GZIP: [u8; 2] = [0x1f, 0x8b];
const BOM: [u8; 3] = [0xef, 0xbb, 0xbf];

/// A source's bytes, unpacked, without a byte order mark.
pub struct Source(Box<dyn Read + Send>);

/// How far a source has been read; clones share it.
#[derive(Debug, Clone, Default)]
pub struct SourceProgress(Arc<AtomicU64>);

impl SourceProgress {
    /// Bytes read so far, packed as they are.
    pub fn bytes(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

impl Source {
    /// A file on disk; its progress is counted in bytes of the file.
    ///
    /// # Errors
    /// What the file system says.
    pub fn open(path: &Path) -> io::Result<(Self, SourceProgress)> {
        let progress = SourceProgress::default();
        let counted = Counted { inner: File::open(path)?, progress: progress.clone() };
        Ok((Self::new(counted)?, progress))
    }

    /// Any bytes, gzip or plain.
    ///
    /// # Errors
    /// When the first bytes can't be read.
    pub fn new(bytes: impl Read + Send + 'static) -> io::Result<Self> {
        let mut packed = BufReader::with_capacity(BUFFER_BYTES, bytes);
        let source: Box<dyn Read + Send> = if begins_with(&mut packed, &GZIP)? {
            let plain = MultiGzDecoder::new(packed);
            without_bom(BufReader::with_capacity(BUFFER_BYTES, plain))?
        } else {
            without_bom(packed)?
        };
        Ok(Self(source))
    }

    /// The whole as text.
    ///
    /// # Errors
    /// What the source says; `InvalidData` when it isn't UTF-8.
    pub fn text(mut self) -> io::Result<String> {
        let mut text = String::new();
        self.0.read_to_string(&mut text)?;
        Ok(text)
    }
}

impl Read for Source {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.0.read(buffer)
    }
}

fn without_bom<R: Read + Send + 'static>(
    mut reader: BufReader<R>,
) -> io::Result<Box<dyn Read + Send>> {
    if begins_with(&mut reader, &BOM)? {
        reader.consume(BOM.len());
    }
    Ok(Box::new(reader))
}

/// A first read that is shorter than the mark happens with a shorter file alone, or with a pipe
/// that hands out single bytes.
fn begins_with(reader: &mut impl BufRead, mark: &[u8]) -> io::Result<bool> {
    Ok(reader.fill_buf()?.starts_with(mark))
}

struct Counted<R> {
    inner: R,
    progress: SourceProgress,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let n = self.inner.read(buffer)?;
        self.progress.0.fetch_add(n as u64, Ordering::Relaxed);
        Ok(n)
    }
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

    #[test]
    fn packed_or_marked_the_text_is_the_same() {
        let marked = [&BOM[..], b"id,kind\n"].concat();
        let two_members = [gzip(b"id,"), gzip(b"kind\n")].concat();
        for bytes in
            [b"id,kind\n".to_vec(), marked.clone(), gzip(b"id,kind\n"), gzip(&marked), two_members]
        {
            let source = Source::new(io::Cursor::new(bytes)).unwrap();
            assert_eq!(source.text().unwrap(), "id,kind\n");
        }
        assert_eq!(Source::new(io::empty()).unwrap().text().unwrap(), "");
    }

    #[test]
    fn a_packed_file_that_was_cut_is_an_error() {
        let mut bytes = gzip(&b"id,kind\n".repeat(1_000));
        bytes.truncate(bytes.len() - 8);
        assert!(Source::new(io::Cursor::new(bytes)).unwrap().text().is_err());
    }
}
