//! Names for invented people.
//!
//! A common surname, then 演 or 示 (from 演示, a demonstration), then a plain syllable: 张演安,
//! 王示宁. They read like names and can be searched like names, and nobody takes them for real.
//! Invariant: no two are alike, and none is a part of another.

/// The most common surnames.
const SURNAMES: [&str; 40] = [
    "王", "李", "张", "刘", "陈", "杨", "黄", "赵", "吴", "周", "徐", "孙", "马", "朱", "胡", "郭",
    "何", "高", "林", "罗", "郑", "梁", "谢", "宋", "唐", "许", "韩", "冯", "邓", "曹", "彭", "曾",
    "肖", "田", "董", "袁", "潘", "蒋", "蔡", "余",
];
/// What marks a name as invented.
const MARKS: [&str; 2] = ["演", "示"];
/// Plain syllables; their number has no divisor in common with [`STEP`].
const GIVEN: [&str; 24] = [
    "安", "宁", "平", "和", "明", "正", "诚", "信", "勤", "朴", "康", "乐", "春", "夏", "秋", "冬",
    "松", "竹", "梅", "兰", "江", "河", "山", "川",
];
/// Spreads the given names over the surnames.
const STEP: usize = 7;

/// How many names there are.
#[cfg(test)]
pub(super) const NAMES: usize = SURNAMES.len() * MARKS.len() * GIVEN.len();

/// The name of a number below 1,920.
pub(super) fn name(number: usize) -> String {
    let (surname, rest) = (number % SURNAMES.len(), number / SURNAMES.len());
    let given = (rest / MARKS.len() * STEP + surname) % GIVEN.len();
    format!("{}{}{}", SURNAMES[surname], MARKS[rest % MARKS.len()], GIVEN[given])
}

/// The name of a simulated member: a surname, 模拟 (simulated), the number.
pub(super) fn simulated_name(number: usize) -> String {
    format!("{}模拟{number:05}", SURNAMES[number % SURNAMES.len()])
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn every_number_has_a_name_of_its_own() {
        let names: HashSet<String> = (0..NAMES).map(name).collect();
        assert_eq!(names.len(), 1_920);
        assert!(names.iter().all(|name| name.chars().count() == 3));
        assert_eq!((name(2), name(0)), ("张演平".to_owned(), "王演安".to_owned()));
        assert_eq!(simulated_name(2), "张模拟00002");
    }
}
