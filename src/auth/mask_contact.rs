//! Names and phone numbers as they are shown to those who may know that there is somebody.

/// A name's first character: 「张**」. How long the name is isn't shown.
#[must_use]
pub fn name(name: &str) -> String {
    name.trim().chars().take(1).chain("**".chars()).collect()
}

/// A phone number: `139****0001`; one too short to hide its middle shows its last two digits.
#[must_use]
pub fn phone(phone: &str) -> String {
    let digits: Vec<char> = phone.chars().filter(|c| !c.is_whitespace()).collect();
    let last = |n: usize| digits[digits.len() - n..].iter().collect::<String>();
    if digits.len() >= 11 {
        let first: String = digits[..3].iter().collect();
        format!("{first}****{}", last(4))
    } else if digits.len() >= 6 {
        format!("****{}", last(2))
    } else {
        "****".to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_show_one_character() {
        for (plain, masked) in [("张三", "张**"), ("张三丰", "张**"), (" 李 ", "李**"), ("", "**")]
        {
            assert_eq!(name(plain), masked, "{plain}");
        }
    }

    #[test]
    fn phones_hide_their_middle() {
        for (plain, masked) in [
            ("13900000001", "139****0001"),
            ("139 0000 0001", "139****0001"),
            ("+8613900000001", "+86****0001"),
            ("7223456", "****56"),
            ("110", "****"),
            ("", "****"),
        ] {
            assert_eq!(phone(plain), masked, "{plain}");
        }
    }
}
