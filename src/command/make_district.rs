//! Making a district of the installation, empty, by its administrator.

use super::context::Context;
use super::{Done, Fault, import_district};
use crate::auth::{Action, Object};
use crate::clock::Zone;
use crate::domain::{AuditAction, AuditNote, District, DistrictId};
use crate::protocol::{Code, Refusal};
use crate::store::district as stored;

/// The longest name, in characters.
const NAME_CHARS: usize = 40;
/// Digits of a sub-district's code. Source: GB/T 10114, as the domain page uses it.
const CODE_DIGITS: usize = 9;
/// The longest prefix of incident numbers.
const PREFIX_CHARS: usize = 8;

pub(super) async fn apply(cx: &mut Context<'_, '_>, district: &District) -> Result<Done, Fault> {
    let installation = DistrictId::installation();
    cx.allow(Action::MakeDistrict, &Object::district(&installation))?;
    check(district)?;
    if stored::find(cx.tx, &district.id).await?.is_some() {
        let message = "there is a district of this code already";
        return Err(Refusal::new(Code::Conflict, message).about("id").into());
    }
    stored::upsert(cx.tx, district, None, cx.now_ms).await?;
    import_district::open(cx, district).await?;
    cx.touch_map(&district.id);
    let note = AuditNote::of(AuditAction::DistrictMade, format!("district:{}", district.id));
    cx.audit(&installation, &note, None).await?;
    Ok(Done::Stored)
}

fn check(district: &District) -> Result<(), Refusal> {
    let District { id, name, timezone, prefix, .. } = district;
    let id = id.as_str();
    if id.len() != CODE_DIGITS || !id.bytes().all(|c| c.is_ascii_digit()) {
        return Err(Refusal::invalid("id", "9 digits"));
    }
    let long = name.chars().count() > NAME_CHARS;
    if name.trim() != name || name.is_empty() || long || name.chars().any(char::is_control) {
        return Err(Refusal::invalid("name", "1 to 40 characters"));
    }
    let plain = |c: u8| c.is_ascii_uppercase() || c.is_ascii_digit();
    if prefix.is_empty() || prefix.len() > PREFIX_CHARS || !prefix.bytes().all(plain) {
        return Err(Refusal::invalid("prefix", "1 to 8 of A–Z and 0–9"));
    }
    match timezone.parse::<Zone>() {
        Ok(_) => Ok(()),
        Err(error) => Err(Refusal::invalid("timezone", error.to_string())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_names_files_and_numbers_is_plain() {
        let good = || District {
            id: "420882002".into(),
            name: "永兴街道".to_owned(),
            timezone: "Asia/Shanghai".to_owned(),
            prefix: "YX".to_owned(),
            demo: false,
        };
        assert_eq!(check(&good()), Ok(()));
        for (field, district) in [
            ("id", District { id: "../../etc".into(), ..good() }),
            ("id", District { id: "installation".into(), ..good() }),
            ("name", District { name: " ".to_owned(), ..good() }),
            ("name", District { name: "街\n道".to_owned(), ..good() }),
            ("prefix", District { prefix: "=YX".to_owned(), ..good() }),
            ("prefix", District { prefix: String::new(), ..good() }),
            ("timezone", District { timezone: "Mars/Olympus".to_owned(), ..good() }),
        ] {
            let refusal = check(&district).unwrap_err();
            assert_eq!(refusal.field.as_deref(), Some(field), "{district:?}");
        }
    }
}
