//! A Chinese report sentence as a list of words that carry figures.
//!
//! It must not judge. Invariant: longest word first; what it doesn't know it skips.

use super::numeral::number_at;
use crate::trend::number::Decimal;

/// A word that matters to a claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Token {
    /// A count with its unit; `rough` when 余, 多 or 约 stands beside it.
    Count { value: Decimal, rough: bool },
    /// A number without a unit.
    Bare(Decimal),
    /// N %.
    Percent(Decimal),
    /// N 倍.
    Times(Decimal),
    /// N 个百分点.
    Points,
    /// A number of days.
    Days(i128),
    /// 上升, 增加, ….
    Up,
    /// 下降, 减少, ….
    Down,
    /// 持平.
    Flat,
    /// 由, 从.
    From,
    /// 至, 到, 为.
    To,
    /// 较, 比.
    Than,
    /// 去年同期, 上周, 基期, …: the count beside it is the base.
    BasePeriod,
    /// 占.
    Share,
    /// 日均, 每天.
    Daily,
    /// 总数, 合计, 共: the count beside it is a whole.
    Whole,
    /// →: what stands before it is the base.
    Arrow,
    /// 其中: what follows counts a part.
    Within,
    /// A comma.
    Pause,
    /// The end of a sentence.
    Stop,
}

const WORDS: &[(&str, Token)] = &[
    ("去年同期", Token::BasePeriod),
    ("上年同期", Token::BasePeriod),
    ("前年同期", Token::BasePeriod),
    ("上月同期", Token::BasePeriod),
    ("同期", Token::BasePeriod),
    ("上一周", Token::BasePeriod),
    ("上周", Token::BasePeriod),
    ("上个月", Token::BasePeriod),
    ("上月", Token::BasePeriod),
    ("上季度", Token::BasePeriod),
    ("上年", Token::BasePeriod),
    ("去年", Token::BasePeriod),
    ("上期", Token::BasePeriod),
    ("前期", Token::BasePeriod),
    ("基期", Token::BasePeriod),
    ("上升", Token::Up),
    ("增长", Token::Up),
    ("增加", Token::Up),
    ("增多", Token::Up),
    ("上涨", Token::Up),
    ("升高", Token::Up),
    ("多发", Token::Up),
    ("增幅", Token::Up),
    ("升幅", Token::Up),
    ("下降", Token::Down),
    ("减少", Token::Down),
    ("降低", Token::Down),
    ("下跌", Token::Down),
    ("回落", Token::Down),
    ("少发", Token::Down),
    ("降幅", Token::Down),
    ("持平", Token::Flat),
    ("零增长", Token::Flat),
    ("其中", Token::Within),
    ("→", Token::Arrow),
    ("->", Token::Arrow),
    ("占比", Token::Share),
    ("占", Token::Share),
    ("日均", Token::Daily),
    ("平均每天", Token::Daily),
    ("平均每日", Token::Daily),
    ("每天", Token::Daily),
    ("每日", Token::Daily),
    ("起/天", Token::Daily),
    ("总数", Token::Whole),
    ("总量", Token::Whole),
    ("总计", Token::Whole),
    ("合计", Token::Whole),
    ("共计", Token::Whole),
    ("全部", Token::Whole),
    ("共", Token::Whole),
    ("由", Token::From),
    ("从", Token::From),
    ("至", Token::To),
    ("到", Token::To),
    ("升", Token::Up),
    ("增", Token::Up),
    ("降", Token::Down),
    ("减", Token::Down),
    ("较", Token::Than),
    ("比", Token::Than),
    ("一周", Token::Days(7)),
    ("本周", Token::Days(7)),
    ("全周", Token::Days(7)),
    ("，", Token::Pause),
    (",", Token::Pause),
    ("、", Token::Pause),
    ("。", Token::Stop),
    ("；", Token::Stop),
    (";", Token::Stop),
    ("\n", Token::Stop),
];

/// Words that contain another word and mean something else.
const NEUTRAL: &[&str] =
    &["同比", "环比", "公共", "由于", "从事", "到位", "占道", "侵占", "比例", "比重", "自由"];

/// Units of a count.
const UNITS: &[&str] = &["起", "件", "宗", "例", "人次", "次", "条", "个", "名", "人", "户", "单"];

/// Units that make a number a date, an order or a sum of money.
const NO_COUNT: &[&str] = &["年", "月", "日", "时", "点", "号", "元", "岁", "分钟", "小时", "公里"];

/// Reads a text.
pub(super) fn tokens(text: &str) -> Vec<Token> {
    let characters: Vec<char> = text.chars().collect();
    let mut found = Vec::new();
    let mut at = 0;
    while at < characters.len() {
        let rest = &characters[at..];
        let before = at.checked_sub(1).map(|before| characters[before]);
        let (token, used) = percentage(rest)
            .or_else(|| month(rest, before))
            .or_else(|| word(rest))
            .or_else(|| figure(rest, before == Some('约')))
            .unwrap_or((None, 1));
        found.extend(token);
        at += used;
    }
    found
}

fn starts(rest: &[char], word: &str) -> bool {
    let mut characters = rest.iter();
    word.chars().all(|c| characters.next() == Some(&c))
}

fn length(word: &str) -> usize {
    word.chars().count()
}

type Read = Option<(Option<Token>, usize)>;

fn word(rest: &[char]) -> Read {
    if let Some(neutral) = NEUTRAL.iter().find(|word| starts(rest, word)) {
        return Some((None, length(neutral)));
    }
    // 翻一番 is +100 %, 一半 is 50 %.
    if let Some(word) = ["翻了一番", "翻一番", "翻番"].iter().find(|word| starts(rest, word))
    {
        let used = length(word);
        return Some((Some(Token::Times(Decimal { digits: 1, places: 0 })), used));
    }
    if starts(rest, "一半") {
        return Some((Some(Token::Percent(Decimal { digits: 50, places: 0 })), 2));
    }
    let (word, token) = WORDS.iter().find(|(word, _)| starts(rest, word))?;
    Some((Some(*token), length(word)))
}

/// 百分之六十三.
fn percentage(rest: &[char]) -> Read {
    let prefix = "百分之";
    if !starts(rest, prefix) {
        return None;
    }
    let (value, used) = number_at(rest.get(length(prefix)..)?)?;
    Some((Some(Token::Percent(value)), length(prefix) + used))
}

/// 8月 is 31 days; February needs its year and is left out, and so is the end of 1至10月.
fn month(rest: &[char], before: Option<char>) -> Read {
    let (value, used) = number_at(rest)?;
    let ends = starts(rest.get(used..)?, "月");
    let days = match value.whole()? {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => Some(31),
        4 | 6 | 9 | 11 => Some(30),
        _ => None,
    };
    // 8月31日 is a date, not a month.
    let is_date = number_at(rest.get(used + 1..)?).is_some_and(|(_, more)| {
        rest.get(used + 1 + more..).is_some_and(|rest| starts(rest, "日") || starts(rest, "号"))
    });
    if !ends {
        return None;
    }
    let ends_a_span = before.is_some_and(|before| "至到-—–~～".contains(before));
    Some((days.filter(|_| !is_date && !ends_a_span).map(Token::Days), used + 1))
}

/// A number and its unit.
fn figure(rest: &[char], after_about: bool) -> Read {
    let (value, mut used) = number_at(rest)?;
    let mut rough = after_about;
    if rest.get(used).is_some_and(|c| matches!(c, '余' | '多')) {
        (rough, used) = (true, used + 1);
    }
    let tail = rest.get(used..)?;
    if starts(tail, "个百分点") {
        return Some((Some(Token::Points), used + 4));
    }
    if starts(tail, "%") || starts(tail, "％") {
        return Some((Some(Token::Percent(value)), used + 1));
    }
    if starts(tail, "成") {
        // 三成 is 30 %, told to the nearest ten; 三成半 is not read.
        let value = Decimal { digits: value.digits, places: value.places - 1 };
        return Some((Some(Token::Percent(value)), used + 1));
    }
    if starts(tail, "倍") {
        return Some((Some(Token::Times(value)), used + 1));
    }
    if starts(tail, "天") {
        return Some((value.whole().map(Token::Days), used + 1));
    }
    if let Some(unit) = NO_COUNT.iter().find(|unit| starts(tail, unit)) {
        return Some((None, used + length(unit)));
    }
    // 起/天 stays, so that the word list sees it.
    let unit = UNITS.iter().find(|unit| starts(tail, unit) && !starts(tail, "起/天"));
    Some(match unit {
        Some(unit) => (Some(Token::Count { value, rough }), used + length(unit)),
        None if starts(tail, "起/天") => (Some(Token::Count { value, rough }), used),
        None => (Some(Token::Bare(value)), used),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count(value: i128) -> Token {
        Token::Count { value: Decimal { digits: value, places: 0 }, rough: false }
    }

    fn percent(text: &str) -> Token {
        Token::Percent(Decimal::parse(text).unwrap())
    }

    #[test]
    fn a_report_sentence() {
        let found = tokens("刑事案件同比下降63%，由100起降至37起。");
        let wanted = [
            Token::Down,
            percent("63"),
            Token::Pause,
            Token::From,
            count(100),
            Token::Down,
            Token::To,
            count(37),
            Token::Stop,
        ];
        assert_eq!(found, wanted);
    }

    #[test]
    fn dates_money_and_points_are_no_counts() {
        assert_eq!(tokens("2016年1月9日"), []);
        assert_eq!(tokens("8月共"), [Token::Days(31), Token::Whole]);
        assert_eq!(tokens("1-10月"), [Token::Bare(Decimal { digits: 1, places: 0 })]);
        assert_eq!(tokens("挽回损失600余万元"), [Token::Bare(Decimal { digits: 600, places: 0 })]);
        assert_eq!(tokens("上升5个百分点"), [Token::Up, Token::Points]);
        assert_eq!(
            tokens("下降三成"),
            [Token::Down, Token::Percent(Decimal { digits: 3, places: -1 })]
        );
        assert_eq!(tokens("下降百分之六十三"), [Token::Down, percent("63")]);
    }
}
