//! Passwords: the rule for choosing one, and Argon2id for keeping it.
//!
//! Hashing takes tens of milliseconds of CPU on purpose: call it off the runtime's threads.

use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use argon2::{Argon2, PasswordHash};

/// The shortest password, in characters.
pub const MIN_CHARS: usize = 10;
/// The longest, in bytes: more would only be work for an attacker to give us.
pub const MAX_BYTES: usize = 200;
/// How many of lower case, upper case, digits and others it must mix.
pub const MIN_CLASSES: usize = 3;

/// A password that the rule refuses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a password needs 10 to 200 characters of at least 3 kinds (a–z, A–Z, 0–9, others)")]
pub struct WeakPassword;

/// Holds a password against the rule.
///
/// # Errors
/// [`WeakPassword`].
pub fn check(password: &str) -> Result<(), WeakPassword> {
    let has = |class: fn(char) -> bool| usize::from(password.chars().any(class));
    let classes = has(|c| c.is_lowercase())
        + has(|c| c.is_uppercase())
        + has(|c| c.is_numeric())
        + has(|c| !c.is_alphanumeric());
    let long_enough = password.chars().count() >= MIN_CHARS && password.len() <= MAX_BYTES;
    if long_enough && classes >= MIN_CLASSES { Ok(()) } else { Err(WeakPassword) }
}

/// The password's Argon2id hash in PHC form, with a fresh salt.
///
/// # Errors
/// When the system has no randomness to give.
pub fn hash(password: &str) -> Result<String, argon2::password_hash::Error> {
    Ok(Argon2::default().hash_password(password.as_bytes())?.to_string())
}

/// Whether the password is the one that was hashed. Without a hash it takes as long and says no,
/// so that an unknown name can't be told by the clock.
pub fn verify(password: &str, hash: Option<&str>) -> bool {
    const NOBODY: &str = "$argon2id$v=19$m=19456,t=2,p=1$MTIzNDU2Nzg5MDEyMzQ1Ng$\
                          mNYm5dbVMxcTPuO8Dyq0dAl7cb2Nl5wyiG7zM3xyE1w";
    let known = hash.is_some();
    let parsed = PasswordHash::new(hash.unwrap_or(NOBODY));
    let right = parsed.is_ok_and(|parsed| {
        Argon2::default().verify_password(password.as_bytes(), &parsed).is_ok()
    });
    right && known
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rule_asks_for_length_and_mixture() {
        for (password, good) in [
            ("Xunfang-2026", true),
            ("巡防巡防巡防巡防Ab1", true),
            ("short-A1", false),
            ("alllowercaseletters", false),
            ("lowercase12345", false),
            (&"Aa1-".repeat(60), false),
        ] {
            assert_eq!(check(password).is_ok(), good, "{password}");
        }
    }

    #[test]
    fn only_the_right_password_verifies() {
        let hash = hash("Xunfang-2026").unwrap();
        assert!(hash.starts_with("$argon2id$"));
        assert!(verify("Xunfang-2026", Some(&hash)));
        assert!(!verify("xunfang-2026", Some(&hash)));
        assert!(!verify("Xunfang-2026", None));
        assert!(!verify("Xunfang-2026", Some("not a hash")));
    }
}
