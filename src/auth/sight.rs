//! What a member's rights let them see, as a short word that changes when that does.
//!
//! A client keeps it beside its cursor and shows it when it comes back: under another sight, what
//! it holds is not what it may hold, and it starts anew. It grants nothing.

use sha2::{Digest, Sha256};

use super::token::hex;
use crate::domain::AudienceKey;

/// Another number when masks or audiences change their meaning: every client then starts anew.
const RULES: &str = "1";
const DIGITS: usize = 16;

/// The sight of these keys: 16 hexadecimal digits. Keys of positions alone don't count.
pub fn sight(keys: &[AudienceKey]) -> String {
    let mut keys: Vec<_> =
        keys.iter().filter(|key| !key.is_of_units()).map(AudienceKey::as_str).collect();
    keys.sort_unstable();
    keys.dedup();
    let mut digest = Sha256::new_with_prefix(RULES);
    for key in keys {
        digest.update(b"\n");
        digest.update(key);
    }
    let mut sight = hex(&digest.finalize());
    sight.truncate(DIGITS);
    sight
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::DistrictId;

    #[test]
    fn only_keys_of_events_change_it() {
        let district = DistrictId::from("420882002");
        let (desk, duty) = (AudienceKey::desk(&district), AudienceKey::duty(&district));
        let both = sight(&[desk.clone(), duty.clone()]);
        assert_eq!(both.len(), DIGITS);
        assert_eq!(both, sight(&[duty.clone(), desk.clone(), duty, AudienceKey::map(&district)]));
        assert_ne!(both, sight(&[desk]));
    }
}
