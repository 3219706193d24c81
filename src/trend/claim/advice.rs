//! What would make a claim sound.
//!
//! It must not change the verdict. Invariant: every claim gets a sentence, a sound one too.

use super::{Claim, ClaimKind, ClaimVerdict};
use crate::trend::number::Ratio;

/// The advice, in Chinese.
pub(super) fn advice(
    claim: &Claim,
    verdict: &ClaimVerdict,
    exact: Option<Ratio>,
    interval: Option<(Option<f64>, Option<f64>)>,
) -> String {
    match verdict {
        ClaimVerdict::Unclear => unclear(claim),
        ClaimVerdict::Irreproducible(should_be) => {
            format!("改为 {should_be}{}", cause(claim, exact))
        }
        ClaimVerdict::BaseTooSmall => "基数不足20起：写明两期起数，不用百分比表述".to_owned(),
        ClaimVerdict::Reproducible => sound(claim, interval),
    }
}

fn unclear(claim: &Claim) -> String {
    if let Some(objection) = &claim.objection {
        return objection.clone();
    }
    let mut missing = Vec::new();
    let names = match claim.kind {
        None => return "句中没有可核对的百分比、合计或日均".to_owned(),
        Some(ClaimKind::Sum) => {
            if claim.parts.is_none() {
                missing.push("各分项");
            }
            ["", ""]
        }
        Some(ClaimKind::ChangePct) => ["本期起数", "基期起数"],
        Some(ClaimKind::SharePct) => ["分项起数", "总数"],
        Some(ClaimKind::DailyMean) => ["合计起数", "天数"],
    };
    for (value, name) in [claim.current, claim.base].into_iter().zip(names) {
        if value.is_none() && !name.is_empty() {
            missing.push(name);
        }
    }
    if claim.stated.is_none() {
        missing.push("所称数值");
    }
    if missing.is_empty() {
        return "数字不合常理（负数、分项大于总数或天数为零），请核对口径".to_owned();
    }
    format!("补充{}及起止日期后才能核对", missing.join("、"))
}

/// Why a figure may have come out as it did.
fn cause(claim: &Claim, exact: Option<Ratio>) -> String {
    let (Some(stated), Some(exact)) = (claim.stated, exact) else { return String::new() };
    if exact.truncated(stated.places) == stated {
        return "（原数是截尾，不是四舍五入）".to_owned();
    }
    match (claim.kind, claim.current) {
        (Some(ClaimKind::DailyMean), Some(total)) if stated.digits > 0 => {
            let scale = 10_i128.pow(stated.places.clamp(0, 9).unsigned_abs());
            Ratio::new(total * scale, stated.digits).map_or_else(String::new, |days| {
                format!("（原数相当于按{}天计算）", days.rounded(2))
            })
        }
        (Some(ClaimKind::ChangePct), _)
            if exact.rounded(stated.places).digits == -stated.digits =>
        {
            "（升降方向相反）".to_owned()
        }
        _ => String::new(),
    }
}

fn sound(claim: &Claim, interval: Option<(Option<f64>, Option<f64>)>) -> String {
    let percent = |value: f64| format!("{value:+.0}%");
    match (claim.kind, interval) {
        (Some(ClaimKind::ChangePct), Some((Some(low), Some(high)))) => {
            let span = format!("95%区间 {} 至 {}", percent(low), percent(high));
            if low <= 0.0 && high >= 0.0 {
                format!("{span}，含零：只能说波动正常；并列两期起数和起止日期")
            } else {
                format!("{span}；并列两期起数和起止日期即可")
            }
        }
        (Some(ClaimKind::ChangePct | ClaimKind::SharePct), _) => {
            "并列起数和起止日期即可".to_owned()
        }
        _ => "写明起止日期即可".to_owned(),
    }
}
