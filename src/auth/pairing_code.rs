//! Pairing codes: 40 random bits that a person can read aloud and type.

use std::fmt;

use rand::Rng;
use subtle::ConstantTimeEq;

/// Digits and letters without those that look like others: no I, L, O, U.
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/// Five bits each.
const CHARS: usize = 8;

/// A code as it is shown, `ABCD-EFGH`.
#[derive(Clone, PartialEq, Eq)]
pub struct PairingCode([u8; CHARS]);

impl PairingCode {
    /// A fresh one.
    pub fn fresh() -> Self {
        let mut code = [0; CHARS];
        rand::rng().fill_bytes(&mut code);
        // 256 is a multiple of 32, so every letter is as likely.
        Self(code.map(|byte| ALPHABET[usize::from(byte % 32)]))
    }

    /// Whether somebody typed this one, in either case, with or without the dash, with letters
    /// that look alike taken for each other. How long it takes tells nothing of the code.
    pub fn is(&self, typed: &str) -> bool {
        let mut chars = typed.bytes().filter(|byte| !matches!(byte, b'-' | b' ')).map(|byte| {
            match byte.to_ascii_uppercase() {
                b'O' => b'0',
                b'I' | b'L' => b'1',
                other => other,
            }
        });
        let given: [u8; CHARS] = std::array::from_fn(|_| chars.next().unwrap_or_default());
        let whole = chars.next().is_none();
        bool::from(given.ct_eq(&self.0)) && whole
    }
}

impl fmt::Display for PairingCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, byte) in self.0.iter().enumerate() {
            let dash = if at == CHARS / 2 { "-" } else { "" };
            write!(f, "{dash}{}", char::from(*byte))?;
        }
        Ok(())
    }
}

impl fmt::Debug for PairingCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PairingCode")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_typed_in_many_ways() {
        let code = PairingCode(*b"10ABCDEF");
        assert_eq!(code.to_string(), "10AB-CDEF");
        for (typed, is) in [
            ("10AB-CDEF", true),
            ("10ab cdef", true),
            ("loABCDEF", true),
            ("IOABCDEF", true),
            ("10AB-CDEG", false),
            ("10AB-CDE", false),
            ("10AB-CDEFF", false),
            ("", false),
            ("零一AB", false),
        ] {
            assert_eq!(code.is(typed), is, "{typed:?}");
        }
    }

    #[test]
    fn fresh_ones_differ_and_use_the_whole_alphabet() {
        let codes: Vec<_> = (0..200).map(|_| PairingCode::fresh()).collect();
        assert!(codes.windows(2).all(|pair| pair[0] != pair[1]));
        for letter in ALPHABET {
            assert!(codes.iter().any(|code| code.0.contains(letter)), "{}", char::from(*letter));
        }
        assert_eq!(format!("{:?}", codes[0]), "PairingCode", "it is in no log");
    }
}
