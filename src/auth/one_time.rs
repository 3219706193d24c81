//! One-time passwords: what an administrator hands over, and the owner replaces at once.

use rand::seq::IndexedRandom;

use super::password;

/// Letters and digits that nobody mistakes for another.
const LETTERS: &[u8] = b"abcdefghjkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789";
/// Groups of four: 16 of 55 letters are 92 bits.
const GROUPS: usize = 4;

/// A fresh one, e.g. `k7Qm-3xRt-Pz9w-Hn4d`; the rule for passwords takes it.
pub fn fresh() -> String {
    loop {
        let groups: Vec<String> = (0..GROUPS).map(|_| group()).collect();
        let password = groups.join("-");
        if password::check(&password).is_ok() {
            return password;
        }
    }
}

fn group() -> String {
    let mut random = rand::rng();
    (0..4).filter_map(|_| LETTERS.choose(&mut random)).map(|letter| char::from(*letter)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_long_fresh_and_of_the_rule() {
        let (one, other) = (fresh(), fresh());
        assert_ne!(one, other);
        assert_eq!((one.len(), password::check(&one)), (19, Ok(())));
    }
}
