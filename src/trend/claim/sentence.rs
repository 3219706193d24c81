//! The claims that a sentence makes, with the counts it gives for them.
//!
//! It must not compute. Invariant: a count serves as base only where a word says so; otherwise the
//! claim has no base and is 口径不明.

use super::lexer::{Token, tokens};
use super::{Claim, ClaimKind};
use crate::trend::number::Decimal;

/// The claims of a text, in order; one without a kind when it makes none.
pub fn claims_in(text: &str) -> Vec<Claim> {
    let tokens = tokens(text);
    let mut claims = Vec::new();
    let mut days = None;
    for sentence in tokens.split(|token| *token == Token::Stop) {
        days = sentence.iter().find_map(days_of).or(days);
        claims.extend(Reading::of(sentence, days).claims());
    }
    if claims.is_empty() {
        claims.push(Claim::new(None));
    }
    claims
}

fn days_of(token: &Token) -> Option<i128> {
    if let Token::Days(days) = token { Some(*days) } else { None }
}

/// A count in its place, with what the words before it make of it.
#[derive(Clone, Copy)]
struct Counted {
    value: Option<i128>,
    role: Role,
    rough: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Role {
    Current,
    Base,
    /// A difference, signed.
    Difference,
    Whole,
    Daily(Decimal),
}

/// One sentence, its counts told apart.
struct Reading<'a> {
    tokens: &'a [Token],
    counts: Vec<(usize, Counted)>,
    days: Option<i128>,
}

impl<'a> Reading<'a> {
    fn of(tokens: &'a [Token], days: Option<i128>) -> Self {
        let mut counts = Vec::new();
        for (at, token) in tokens.iter().enumerate() {
            let (value, rough) = match *token {
                Token::Count { value, rough } => (value, rough),
                Token::Bare(value) if is_led(tokens, at) => (value, false),
                _ => continue,
            };
            let role = role(tokens, at, value);
            let sign =
                if role == Role::Difference && direction(tokens, at) == Some(-1) { -1 } else { 1 };
            let value = value.whole().map(|value| sign * value);
            counts.push((at, Counted { value, role, rough }));
        }
        Self { tokens, counts, days }
    }

    fn claims(&self) -> Vec<Claim> {
        let mut claims = Vec::new();
        for (at, token) in self.tokens.iter().enumerate() {
            match *token {
                Token::Percent(value) => claims.push(self.percent(at, value)),
                Token::Times(value) => claims.extend(self.times(at, value)),
                Token::Flat => claims.push(self.change(at, Decimal { digits: 0, places: 0 })),
                Token::Points => claims.push(Claim {
                    objection: Some("百分点是两个比例之差：补充两期的分项与总数".to_owned()),
                    ..Claim::new(Some(ClaimKind::ChangePct))
                }),
                _ => {}
            }
        }
        for &(at, counted) in &self.counts {
            if let Role::Daily(stated) = counted.role {
                claims.push(self.daily(at, stated, counted.rough));
            }
        }
        claims
    }

    fn percent(&self, at: usize, value: Decimal) -> Claim {
        let since_share = self.tokens[..at].iter().rev().take_while(|t| **t != Token::Pause);
        let is_share = since_share.clone().any(|token| *token == Token::Share);
        if is_share {
            return self.share(at, value);
        }
        match direction(self.tokens, at) {
            Some(sign) => self.change(at, Decimal { digits: sign * value.digits, ..value }),
            None => Claim {
                stated: Some(value),
                objection: Some("百分比没有说明是升降还是占比".to_owned()),
                ..Claim::new(None)
            },
        }
    }

    /// 增长1.5倍 is +150 %; a fall by N 倍 means nothing.
    fn times(&self, at: usize, value: Decimal) -> Option<Claim> {
        match direction(self.tokens, at) {
            Some(-1) => Some(Claim {
                objection: Some("下降不能用倍数表述：写百分比和两期起数".to_owned()),
                ..Claim::new(Some(ClaimKind::ChangePct))
            }),
            Some(_) => {
                let stated = Decimal { digits: value.digits, places: value.places - 2 };
                Some(self.change(at, stated))
            }
            None if value == (Decimal { digits: 1, places: 0 }) => {
                Some(self.change(at, Decimal { digits: 1, places: -2 }))
            }
            None => None,
        }
    }

    fn change(&self, at: usize, stated: Decimal) -> Claim {
        let mut current = self.near(at, Role::Current).or_else(|| self.near(at, Role::Whole));
        let mut base = self.near(at, Role::Base);
        if let Some(difference) = self.near(at, Role::Difference).and_then(|d| d.value) {
            let made = |value| Some(Counted { value: Some(value), role: Role::Base, rough: false });
            match (current.and_then(|c| c.value), base.and_then(|b| b.value)) {
                (Some(now), None) => base = made(now - difference),
                (None, Some(then)) => current = made(then + difference),
                _ => {}
            }
        }
        self.claim(ClaimKind::ChangePct, current, base, stated)
    }

    fn share(&self, at: usize, stated: Decimal) -> Claim {
        let share = self.tokens[..at].iter().rposition(|token| *token == Token::Share);
        let share = share.unwrap_or(at);
        let part = self.counts.iter().rev().find(|(place, _)| *place < share).map(|found| found.1);
        let inside = self.counts.iter().find(|(place, _)| (share..at).contains(place));
        let whole = inside.map(|found| found.1).or_else(|| {
            let before = self.counts.iter().filter(|(place, _)| *place < share);
            before.map(|found| found.1).find(|counted| counted.role == Role::Whole)
        });
        self.claim(ClaimKind::SharePct, part, whole, stated)
    }

    fn daily(&self, at: usize, stated: Decimal, rough: bool) -> Claim {
        let others = self.counts.iter().filter(|(place, _)| *place < at);
        let total = others.map(|found| found.1).rfind(|counted| counted.role != Role::Difference);
        let days = self.days.map(|days| Counted { value: Some(days), role: Role::Base, rough });
        self.claim(ClaimKind::DailyMean, total, days, stated)
    }

    /// The last count of a role before a place, or the first after it, on its own side of 其中.
    fn near(&self, at: usize, role: Role) -> Option<Counted> {
        let part = |at: usize| self.tokens[..at].iter().filter(|t| **t == Token::Within).count();
        let here = |place: usize| part(place) == part(at);
        let of_role =
            || self.counts.iter().filter(|(place, found)| found.role == role && here(*place));
        let before = of_role().rfind(|(place, _)| *place < at);
        before.or_else(|| of_role().next()).map(|found| found.1)
    }

    fn claim(
        &self,
        kind: ClaimKind,
        current: Option<Counted>,
        base: Option<Counted>,
        stated: Decimal,
    ) -> Claim {
        let rough = [current, base].into_iter().flatten().any(|counted| counted.rough);
        Claim {
            current: current.and_then(|counted| counted.value),
            base: base.and_then(|counted| counted.value),
            stated: Some(stated),
            objection: rough.then(|| "「余」「约」是约数：给出准确起数".to_owned()),
            ..Claim::new(Some(kind))
        }
    }
}

/// Whether a number without a unit stands where only a count can.
fn is_led(tokens: &[Token], at: usize) -> bool {
    let before = at.checked_sub(1).map(|before| tokens[before]);
    matches!(before, Some(Token::From | Token::To | Token::BasePeriod))
}

/// What the words before a count make of it.
fn role(tokens: &[Token], at: usize, value: Decimal) -> Role {
    match tokens.get(at + 1) {
        Some(Token::Daily) => return Role::Daily(value),
        Some(Token::Arrow) => return Role::Base,
        _ => {}
    }
    let before = tokens[..at].iter().rfind(|token| !matches!(token, Token::Days(_)));
    match before {
        Some(Token::Daily) => Role::Daily(value),
        Some(Token::From | Token::BasePeriod | Token::Than) => Role::Base,
        Some(Token::Up | Token::Down) => Role::Difference,
        Some(Token::Whole) => Role::Whole,
        _ => Role::Current,
    }
}

/// 1 up, −1 down: the last direction before a figure, in its own part of the sentence if it has one.
fn direction(tokens: &[Token], at: usize) -> Option<i128> {
    let sign = |token: &Token| match token {
        Token::Up => Some(1),
        Token::Down => Some(-1),
        _ => None,
    };
    let before = tokens[..at].iter().rev();
    before.take_while(|token| **token != Token::Pause).find_map(sign)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::check;
    use super::*;

    fn verdicts(text: &str) -> Vec<String> {
        claims_in(text).into_iter().map(|claim| check(claim).verdict.to_string()).collect()
    }

    #[test]
    fn sentences_that_give_their_counts() {
        for (text, wanted) in [
            ("刑事案件同比下降63%，由100起降至37起", "可复现"),
            ("刑事案件由100起降至37起，同比下降36%", "不可复现(应为 -63%)"),
            ("盗窃案件37起，较去年同期的100起下降63.0%", "可复现"),
            ("治安类162起,较上周200起,环比下降19.0%", "可复现"),
            ("两抢案件3起，比去年同期8起下降62.5%", "基数过小"),
            ("发案25起，同比增加5起，上升25%", "可复现"),
            ("纠纷从四十起增至六十起，上升百分之五十", "可复现"),
            ("警情由200起升到500起，增长1.5倍", "可复现"),
            ("电诈案件由50起升至100起，翻了一番", "可复现"),
            ("电诈案件由50起升至100起，翻一番", "可复现"),
            ("警情由100起降到72起，下降三成", "可复现"),
            ("刑事案件同比下降63%（100起→37起）", "可复现"),
            ("共接报有效警情1593起，环比下降14.3%（上周1858起）", "可复现"),
            ("与去年同期相比，盗窃案件减少50起，降幅达25%，共发案150起", "可复现"),
            ("本周纠纷32起，上周32起，环比持平", "可复现"),
            ("本周纠纷35起，上周32起，环比持平", "不可复现(应为 9%)"),
        ] {
            assert_eq!(verdicts(text), [wanted], "{text}");
        }
    }

    #[test]
    fn sentences_that_lack_something() {
        for text in [
            "各类治安刑事案件同比下降63%",
            "发案37起，同比下降63%",
            "盗窃案件下降2倍",
            "占总数的35.2%",
            "由100余起降至37起，下降63%",
            "破案率上升5个百分点",
            "社会治安持续向好",
            "日均6.3起",
        ] {
            assert_eq!(verdicts(text), ["口径不明"], "{text}");
        }
    }

    #[test]
    fn shares_and_daily_means() {
        for (text, wanted) in [
            ("盗窃53起，占刑事案件62起的85.5%", "可复现"),
            ("共接报警情1000起，其中纠纷352起，占总数的35.2%", "可复现"),
            ("共接报警情1000起，其中纠纷352起，占36.2%", "不可复现(应为 35.2%)"),
            ("本周刑事警情44起，日均6.3起", "可复现"),
            ("8月有效报警6689起(239起/天)", "不可复现(应为 216)"),
            ("30天共立案60起，日均2起", "可复现"),
        ] {
            assert_eq!(verdicts(text), [wanted], "{text}");
        }
    }

    #[test]
    fn a_part_lends_its_counts_to_nothing_before_it() {
        let text = "刑事案件同比下降12%，其中盗窃案件由400起下降到350起，下降12.5%";
        assert_eq!(verdicts(text), ["口径不明", "可复现"]);
        assert_eq!(verdicts("1至10月共立案300起，日均10起"), ["口径不明"]);
    }

    #[test]
    fn each_claim_of_a_text_has_its_own_verdict() {
        let text =
            "刑事70起,较上周62起增加8起,环比上升13.9%。盗窃57起，占刑事70起的81.4%；治安上升5%";
        assert_eq!(verdicts(text), ["不可复现(应为 12.9%)", "可复现", "口径不明"]);
    }

    proptest! {
        #[test]
        fn any_text_gets_a_verdict(
            words in proptest::collection::vec(
                proptest::sample::select(vec![
                    "由", "至", "降", "升", "100", "九十九", "起", "%", "倍", "万", "亿", "占", "日均",
                    "，", "。", "其中", "上周", "8月", "0", ".", "天", "百分之", "余", "→", "成", "共",
                ]),
                0..16,
            ),
        ) {
            let text = words.concat();
            prop_assert!(!verdicts(&text).is_empty());
        }
    }
}
