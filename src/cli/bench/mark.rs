//! The text that the load posts: it carries its number and the time at which it was meant to be
//! sent, and is found again in whatever the server wraps it in.

use memchr::memmem;

/// What the text begins with; nothing else that a server says holds it.
const BEGIN: &[u8] = b"~#";
/// Digits of the number.
const NUMBER: usize = 10;
/// Digits of the time.
const TIME: usize = 20;
/// The shortest text.
pub(super) const SHORTEST: usize = BEGIN.len() + NUMBER + 1 + TIME + 1;

/// A text of `bytes` ASCII characters, no fewer than [`SHORTEST`].
pub(super) fn write(number: u64, at_ns: u64, bytes: usize) -> String {
    let mut text = format!("~#{number:010}@{at_ns:020}~");
    text.extend(std::iter::repeat_n('x', bytes.saturating_sub(text.len())));
    text
}

/// The number and the time of the text in a message; none when it holds no such text.
pub(super) fn read(message: &[u8]) -> Option<(u64, u64)> {
    let at = memmem::find(message, BEGIN)? + BEGIN.len();
    let number = digits(message.get(at..at + NUMBER)?)?;
    let at = at + NUMBER + 1;
    Some((number, digits(message.get(at..at + TIME)?)?))
}

fn digits(bytes: &[u8]) -> Option<u64> {
    bytes.iter().try_fold(0u64, |sum, byte| {
        let digit = byte.wrapping_sub(b'0');
        (digit < 10).then(|| sum.wrapping_mul(10).wrapping_add(u64::from(digit)))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_found_in_what_is_wrapped_around_it() {
        for (number, at_ns) in [(0, 0), (7, 1_234_567_890_123), (9_999_999_999, u64::MAX)] {
            let text = write(number, at_ns, 128);
            assert_eq!(text.len(), 128);
            let message = format!(r#"{{"prev":1,"event":{{"body":"{text}"}}}}"#);
            assert_eq!(read(message.as_bytes()), Some((number, at_ns)));
        }
        assert_eq!(write(1, 2, 0).len(), SHORTEST);
    }

    #[test]
    fn anything_else_is_none() {
        for message in ["", "~", "~#", "~#12", "~#00000000x1@00000000000000000001~", "{}"] {
            assert_eq!(read(message.as_bytes()), None, "{message}");
        }
    }
}
