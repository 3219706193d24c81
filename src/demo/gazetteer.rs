//! The units of 永兴街道 (statistical codes of 420882002), and how the demo cuts them into grids.
//!
//! It must not know shapes.

/// The district's code, to which a unit adds three digits.
pub const DISTRICT_CODE: &str = "420882002";
/// The district's name.
pub(super) const DISTRICT_NAME: &str = "永兴街道";
/// The district's seat, longitude and latitude in degrees (GeoNames, CC BY 4.0).
pub(super) const SEAT: [f64; 2] = [113.23067, 30.96453];

/// What kind of place a unit is, which decides its kinds of grid.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum UnitKind {
    Community,
    LivingArea,
    ParkVillage,
    Village,
}

/// One village or community.
#[derive(Clone, Copy, Debug)]
pub(super) struct Unit {
    /// The last three digits of its code.
    pub(super) digits: &'static str,
    pub(super) name: &'static str,
    pub(super) kind: UnitKind,
    /// A 园区村 of the demo's choice; the real ones are 汪林岗村 and 群光村.
    pub(super) chosen: bool,
}

impl UnitKind {
    pub(super) const fn label(self) -> &'static str {
        match self {
            Self::Community => "社区",
            Self::LivingArea => "原种场生活区",
            Self::ParkVillage => "园区村",
            Self::Village => "普通村",
        }
    }
}

impl Unit {
    /// Its twelve-digit code.
    pub(super) fn code(&self) -> String {
        format!("{DISTRICT_CODE}{}", self.digits)
    }

    /// Its name without what kind of place it is, for names made of it.
    pub(super) fn stem(&self) -> &'static str {
        self.name.trim_end_matches("生活区").trim_end_matches("社区").trim_end_matches('村')
    }

    /// How many grids of which kind it has, in the order of their numbers.
    pub(super) fn grid_kinds(&self) -> &'static [(&'static str, usize)] {
        match self.kind {
            UnitKind::Community => &[("楼栋", 14), ("小区", 10)],
            UnitKind::LivingArea => &[("楼栋", 4), ("小区", 2)],
            UnitKind::ParkVillage => &[("企业车间", 6), ("小区", 4), ("湾组", 5)],
            UnitKind::Village if VILLAGES_OF_NINE.contains(&self.digits) => &[("湾组", 9)],
            UnitKind::Village => &[("湾组", 8)],
        }
    }
}

/// The two 普通村 with nine grids, which bring the sum to 248; the others have eight.
const VILLAGES_OF_NINE: [&str; 2] = ["201", "202"];

/// The index in [`UNITS`] of the community around the seat.
pub(super) const COMMUNITY: usize = 0;
/// The index in [`UNITS`] of 永兴村.
pub(super) const YONGXING: usize = 1;

/// All 22 units, in order of their codes.
pub(super) const UNITS: [Unit; 22] = [
    unit("001", "永兴街社区", UnitKind::Community),
    chosen("200", "永兴村"),
    unit("201", "老柳河村", UnitKind::Village),
    unit("202", "苏佘畈村", UnitKind::Village),
    unit("203", "施家窑头村", UnitKind::Village),
    unit("204", "潘岭村", UnitKind::Village),
    unit("205", "汀河村", UnitKind::Village),
    unit("206", "杨泉村", UnitKind::Village),
    unit("207", "屈场村", UnitKind::Village),
    unit("208", "观音岩村", UnitKind::Village),
    chosen("209", "京源村"),
    unit("210", "汪林岗村", UnitKind::ParkVillage),
    chosen("211", "杨河村"),
    unit("212", "群光村", UnitKind::ParkVillage),
    unit("213", "南庄村", UnitKind::Village),
    chosen("214", "王场村"),
    chosen("215", "丰泉村"),
    unit("216", "义和镇村", UnitKind::Village),
    chosen("217", "三里村"),
    unit("218", "盘堰村", UnitKind::Village),
    unit("219", "龚场村", UnitKind::Village),
    unit("500", "原种场生活区", UnitKind::LivingArea),
];

const fn unit(digits: &'static str, name: &'static str, kind: UnitKind) -> Unit {
    Unit { digits, name, kind, chosen: false }
}

const fn chosen(digits: &'static str, name: &'static str) -> Unit {
    Unit { digits, name, kind: UnitKind::ParkVillage, chosen: true }
}
