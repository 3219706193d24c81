//! Session tokens: 256 random bits, of which the store keeps only a digest.

use rand::Rng;
use sha2::{Digest, Sha256};

pub use crate::domain::audit::hex;

/// Random bytes in a token.
const TOKEN_BYTES: usize = 32;

/// A fresh token, 64 lower-case hexadecimal digits.
pub fn fresh() -> String {
    let mut bytes = [0u8; TOKEN_BYTES];
    rand::rng().fill_bytes(&mut bytes);
    hex(&bytes)
}

/// What the store keeps: SHA-256 in hexadecimal. Looking a digest up leaks no timing of the token.
pub fn digest(token: &str) -> String {
    hex(&Sha256::digest(token.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_are_long_and_differ() {
        assert_eq!(fresh().len(), 64);
        assert_ne!(fresh(), fresh());
    }

    #[test]
    fn the_digest_is_sha_256() {
        assert_eq!(
            digest("abc"),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        );
    }
}
