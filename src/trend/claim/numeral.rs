//! Numbers as Chinese text writes them: 1,858 · ６３ · 1.2万 · 六十三 · 百分之六十三.
//!
//! It must not know units. Invariant: what isn't wholly a number isn't one.

use crate::trend::number::Decimal;

/// Larger counts are no counts, and would overflow later sums.
const LARGEST: i128 = 10_i128.pow(15);

/// The number at the start of `text` and how many characters it takes.
pub(super) fn number_at(text: &[char]) -> Option<(Decimal, usize)> {
    let (mut value, mut used) = arabic(text).or_else(|| chinese(text))?;
    for (unit, zeros) in [('万', 4), ('亿', 8)] {
        if text.get(used) == Some(&unit) {
            // 1.2万 is 12,000 as printed: a whole number again.
            let (scaled, unit) =
                (value.digits * 10_i128.pow(zeros), 10_i128.pow(value.places.unsigned_abs()));
            if scaled % unit != 0 {
                return None;
            }
            value = Decimal { digits: scaled / unit, places: 0 };
            used += 1;
        }
    }
    (value.digits <= LARGEST).then_some((value, used))
}

/// A digit, half- or full-width.
fn digit(c: char) -> Option<char> {
    match c {
        '0'..='9' => Some(c),
        '０'..='９' => char::from_digit(u32::from(c) - u32::from('０'), 10),
        _ => None,
    }
}

fn arabic(text: &[char]) -> Option<(Decimal, usize)> {
    let at = |index: usize| text.get(index).copied();
    let is_digit = |index: usize| at(index).is_some_and(|c| digit(c).is_some());
    let mut plain = String::new();
    let mut used = 0;
    while let Some(c) = at(used) {
        let separates = c == ',' && (1..=3).all(|k| is_digit(used + k)) && !is_digit(used + 4);
        let is_point = matches!(c, '.' | '．') && !plain.contains('.') && is_digit(used + 1);
        if let Some(digit) = digit(c) {
            plain.push(digit);
        } else if is_point && !plain.is_empty() {
            plain.push('.');
        } else if !separates || plain.is_empty() || plain.contains('.') {
            break;
        }
        used += 1;
    }
    Some((Decimal::parse(&plain)?, used))
}

fn chinese_digit(c: char) -> Option<i128> {
    let index = "零一二三四五六七八九".chars().position(|digit| digit == c);
    let index = index.or(match c {
        '〇' => Some(0),
        '两' => Some(2),
        _ => None,
    })?;
    i128::try_from(index).ok()
}

/// 六十三, 一百零五, 两千: up to 9,999; a decimal part after 点.
fn chinese(text: &[char]) -> Option<(Decimal, usize)> {
    let (mut total, mut pending, mut used) = (0_i128, None, 0);
    for &c in text {
        if let Some(value) = chinese_digit(c) {
            // Two digits in a row (二三十) are an estimate, not a number; 一百零五 is one.
            if pending.is_some_and(|digit| digit != 0) {
                return None;
            }
            pending = Some(value);
        } else if let Some(unit) = unit(c) {
            total += pending.unwrap_or(1) * unit;
            pending = None;
        } else {
            break;
        }
        used += 1;
    }
    if used == 0 {
        return None;
    }
    total += pending.unwrap_or(0);
    let mut value = Decimal { digits: total, places: 0 };
    if text.get(used) == Some(&'点') {
        let part: Vec<i128> = text[used + 1..].iter().map_while(|&c| chinese_digit(c)).collect();
        for digit in &part {
            value = Decimal { digits: value.digits * 10 + digit, places: value.places + 1 };
        }
        used += if part.is_empty() { 0 } else { part.len() + 1 };
    }
    Some((value, used))
}

fn unit(c: char) -> Option<i128> {
    match c {
        '十' => Some(10),
        '百' => Some(100),
        '千' => Some(1000),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_as_written() {
        for (text, value, used) in [
            ("1858起", "1858", 4),
            ("1,858起", "1858", 5),
            ("62,起", "62", 2),
            ("10.5%", "10.5", 4),
            ("６３％", "63", 2),
            ("1.2万起", "12000", 4),
            ("1.2345万亿", "1234500000000", 8),
            ("六十三起", "63", 3),
            ("十二", "12", 2),
            ("一百零五", "105", 4),
            ("两千起", "2000", 2),
            ("三点五", "3.5", 3),
        ] {
            let characters: Vec<char> = text.chars().collect();
            let (found, length) = number_at(&characters).unwrap();
            assert_eq!((found.to_string().as_str(), length), (value, used), "{text}");
        }
        for text in ["起", "", "二三十起", ".5", "1.23456万", "12345678901234567"] {
            assert_eq!(number_at(&text.chars().collect::<Vec<char>>()), None, "{text}");
        }
    }
}
