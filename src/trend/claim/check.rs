//! Recomputes one claim.
//!
//! It must not read sentences. Invariant: `ok` compares whole numbers of the last printed place.

use super::{Claim, ClaimKind, ClaimVerdict, Finding, advice};
use crate::trend::compare::{LEVEL, SMALL_BASE};
use crate::trend::interval::{Tally, exact_interval};
use crate::trend::number::{Decimal, Ratio};

/// Checks a claim.
pub fn check(claim: Claim) -> Finding {
    let exact = exact(&claim);
    let rounded = claim.stated.zip(exact).map(|(stated, exact)| exact.rounded(stated.places));
    let ok = claim.stated.zip(rounded).map(|(stated, rounded)| stated == rounded);
    let verdict = verdict(&claim, ok, rounded);
    let ok = if verdict == ClaimVerdict::Unclear { None } else { ok.or(Some(false)) };
    let interval = interval(&claim);
    let advice = advice::advice(&claim, &verdict, exact, interval);
    Finding { claim, ok, exact, rounded, verdict, interval, advice }
}

/// The exact value; `None` where a figure is missing or the base is 0.
fn exact(claim: &Claim) -> Option<Ratio> {
    match claim.kind? {
        ClaimKind::Sum => Ratio::new(claim.parts.as_ref()?.iter().sum(), 1),
        ClaimKind::ChangePct => {
            let base = claim.base?;
            Ratio::new(100 * (claim.current? - base), base)
        }
        ClaimKind::SharePct => Ratio::new(100 * claim.current?, claim.base?),
        ClaimKind::DailyMean => Ratio::new(claim.current?, claim.base?),
    }
}

fn verdict(claim: &Claim, ok: Option<bool>, rounded: Option<Decimal>) -> ClaimVerdict {
    let unit = match claim.kind {
        Some(ClaimKind::ChangePct | ClaimKind::SharePct) => "%",
        _ => "",
    };
    if claim.objection.is_some() || !is_sensible(claim) {
        return ClaimVerdict::Unclear;
    }
    let on_zero_base = claim.kind == Some(ClaimKind::ChangePct)
        && claim.base == Some(0)
        && claim.current.is_some()
        && claim.stated.is_some();
    if on_zero_base {
        return ClaimVerdict::Irreproducible("—，基期为零，不计算增幅".to_owned());
    }
    match (ok, rounded) {
        (Some(false), Some(rounded)) => ClaimVerdict::Irreproducible(format!("{rounded}{unit}")),
        (Some(true), _) if has_small_base(claim) => ClaimVerdict::BaseTooSmall,
        (Some(true), _) => ClaimVerdict::Reproducible,
        _ => ClaimVerdict::Unclear,
    }
}

/// Counts are not negative, a part is no larger than its whole.
fn is_sensible(claim: &Claim) -> bool {
    let counts = claim.current.iter().chain(&claim.base).chain(claim.parts.iter().flatten());
    let whole = claim.kind != Some(ClaimKind::SharePct) || claim.current <= claim.base;
    counts.copied().all(|count| count >= 0) && (whole || claim.base.is_none())
}

fn has_small_base(claim: &Claim) -> bool {
    let percent = matches!(claim.kind, Some(ClaimKind::ChangePct | ClaimKind::SharePct));
    percent && claim.base.is_some_and(|base| base < i128::from(SMALL_BASE))
}

/// The interval of a change from its two counts, or of a share from part and rest.
fn interval(claim: &Claim) -> Option<(Option<f64>, Option<f64>)> {
    let count = |value: i128| u64::try_from(value).ok();
    let tally = |count| Tally { count, days: 1.0 };
    let (current, base) = (count(claim.current?)?, count(claim.base?)?);
    match claim.kind? {
        ClaimKind::ChangePct => {
            let ratio = exact_interval(tally(current), tally(base), LEVEL);
            let percent = |ratio: f64| 100.0 * (ratio - 1.0);
            Some((ratio.low.map(percent), ratio.high.map(percent)))
        }
        ClaimKind::SharePct => {
            let rest = base.checked_sub(current)?;
            let odds = exact_interval(tally(current), tally(rest), LEVEL);
            let percent = |odds: f64| 100.0 * odds / (1.0 + odds);
            Some((odds.low.map(percent), Some(odds.high.map_or(100.0, percent))))
        }
        ClaimKind::Sum | ClaimKind::DailyMean => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn change(current: i128, base: i128, stated: &str) -> Finding {
        check(Claim {
            current: Some(current),
            base: Some(base),
            stated: Decimal::parse(stated),
            ..Claim::new(Some(ClaimKind::ChangePct))
        })
    }

    #[test]
    fn verdicts_of_a_change() {
        for (current, base, stated, wanted) in [
            (37, 100, "-63", "可复现"),
            (37, 100, "-63.1", "不可复现(应为 -63.0%)"),
            (3, 8, "-62.5", "基数过小"),
            (3, 8, "-60", "不可复现(应为 -63%)"),
            (5, 0, "500", "不可复现(应为 —，基期为零，不计算增幅)"),
        ] {
            assert_eq!(change(current, base, stated).verdict.to_string(), wanted);
        }
    }

    #[test]
    fn a_claim_without_its_base_is_unclear() {
        let found = check(Claim {
            stated: Decimal::parse("-63"),
            ..Claim::new(Some(ClaimKind::ChangePct))
        });
        assert_eq!((found.verdict, found.ok), (ClaimVerdict::Unclear, None));
        assert!(found.advice.contains("基期"));
        assert_eq!(check(Claim::new(None)).verdict, ClaimVerdict::Unclear);
    }

    #[test]
    fn a_part_above_its_whole_is_unclear() {
        let found = check(Claim {
            current: Some(80),
            base: Some(70),
            stated: Decimal::parse("114.3"),
            ..Claim::new(Some(ClaimKind::SharePct))
        });
        assert_eq!(found.verdict, ClaimVerdict::Unclear);
    }

    #[test]
    fn the_interval_goes_with_the_change() {
        let (low, high) = change(37, 100, "-63").interval.unwrap();
        assert!((low.unwrap() + 75.0).abs() < 1.0 && (high.unwrap() + 46.0).abs() < 1.0);
    }
}
