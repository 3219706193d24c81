//! The two-level dictionary of kinds: nine classes, and leaves that a district may add to.

use serde::{Deserialize, Serialize};

use super::id::KindCode;
use super::party::named_enum;

named_enum!(
    /// The nine classes at the top of the dictionary.
    TopKind {
        /// 刑事.
        Criminal = "criminal",
        /// 治安.
        Security = "security",
        /// 纠纷.
        Dispute = "dispute",
        /// 交通.
        Traffic = "traffic",
        /// 火灾.
        Fire = "fire",
        /// 求助.
        Help = "help",
        /// 隐患.
        Hazard = "hazard",
        /// 环境.
        Environment = "environment",
        /// 其他.
        Other = "other",
    }
);

impl TopKind {
    /// Whether only police may close it (刑事 and 治安).
    pub fn is_police_matter(self) -> bool {
        matches!(self, Self::Criminal | Self::Security)
    }
}

/// One entry of the dictionary.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Kind {
    /// Its code, unique in the district.
    pub code: KindCode,
    /// The class that it hangs under.
    pub top: TopKind,
    /// Its label, as people read it.
    pub label: String,
}

/// The kind that 一键求助 opens an incident with.
pub const SOS: &str = "help.sos";

/// The entries that every district starts with: the nine classes, the patrol hazards and the
/// disputes of `domain.md`.
pub const BUILT_IN: &[(&str, TopKind, &str)] = &[
    ("criminal", TopKind::Criminal, "刑事"),
    ("security", TopKind::Security, "治安"),
    ("dispute", TopKind::Dispute, "纠纷"),
    ("traffic", TopKind::Traffic, "交通"),
    ("fire", TopKind::Fire, "火灾"),
    ("help", TopKind::Help, "求助"),
    ("hazard", TopKind::Hazard, "隐患"),
    ("environment", TopKind::Environment, "环境"),
    ("other", TopKind::Other, "其他"),
    ("hazard.fire_lane", TopKind::Hazard, "消防通道"),
    ("hazard.charging", TopKind::Hazard, "飞线充电"),
    ("hazard.manhole", TopKind::Hazard, "路灯井盖"),
    ("hazard.door", TopKind::Hazard, "门未锁"),
    ("hazard.suspicious", TopKind::Hazard, "可疑情况"),
    ("hazard.environment", TopKind::Hazard, "环境"),
    ("hazard.fraud", TopKind::Hazard, "反诈提醒"),
    (SOS, TopKind::Help, "一键求助"),
    ("dispute.land_taking", TopKind::Dispute, "征地拆迁"),
    ("dispute.construction", TopKind::Dispute, "园区施工"),
    ("dispute.labour", TopKind::Dispute, "劳资"),
    ("dispute.noise", TopKind::Dispute, "噪声扰民"),
    ("dispute.neighbours", TopKind::Dispute, "邻里"),
    ("dispute.land_water", TopKind::Dispute, "土地水利"),
    ("dispute.property", TopKind::Dispute, "物业"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_built_in_leaf_hangs_under_the_class_that_its_code_names() {
        for (code, top, _) in BUILT_IN {
            assert_eq!(code.split('.').next(), Some(top.as_str()), "{code}");
        }
    }
}
