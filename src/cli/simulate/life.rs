//! What patrols do beside walking: now and then a report, a word in the channel, a call for help.
//!
//! Plain: seed, member and second decide. The more members there are, the less often each does
//! something, so that a district of thousands is as loud as one of sixty.

use super::signal::unit;
use crate::domain::{Channel, DistrictId, IncidentId, KindCode, MessageId};
use crate::protocol::Request;
use crate::spatial::Point;

/// In the whole district, on average, one report in this many seconds.
const REPORT_S: f64 = 150.0;
/// One word in the channel.
const CHAT_S: f64 = 120.0;
/// One call for help.
const SOS_S: f64 = 2_400.0;

const FINDS: &[(&str, &str)] = &[
    ("hazard.fire_lane", "消防通道被三轮车占用"),
    ("hazard.charging", "楼道口有电动车飞线充电"),
    ("hazard.manhole", "路灯不亮，井盖松动"),
    ("hazard.door", "门面卷帘门未锁，已联系店主"),
    ("hazard.suspicious", "有车辆在厂区外长时间停留"),
    ("hazard.environment", "路口有建筑垃圾堆放"),
    ("dispute.noise", "居民反映夜间施工噪声"),
    ("dispute.neighbours", "两户因停车发生争执"),
    ("traffic", "路口两车轻微刮碰，占道等候处理"),
    ("help", "老人迷路，正在原地陪同"),
    ("security", "商户反映夜间有人翻越围墙"),
];
const WORDS: &[&str] = &[
    "本点位一切正常，继续巡逻。",
    "园区东门已检查，无异常。",
    "收到，马上过去看看。",
    "路口人流较多，注意疏导。",
    "驿站热水已备好，路过可以歇脚。",
    "刚提醒了两家商户关好门窗。",
];

/// Where the dice stand for one member at one tick.
#[derive(Debug, Clone, Copy)]
pub(super) struct Dice {
    /// Of the member, from the run's seed.
    pub(super) seed: u64,
    /// Unix seconds.
    pub(super) at_s: i64,
    /// How many members there are.
    pub(super) members: u32,
    /// Since the tick before, in seconds.
    pub(super) passed_s: f64,
}

impl Dice {
    fn falls(&self, salt: u64, once_in_s: f64) -> bool {
        self.draw(salt) < self.passed_s / (once_in_s * f64::from(self.members.max(1)))
    }

    fn draw(&self, salt: u64) -> f64 {
        unit(self.seed ^ self.at_s.cast_unsigned().rotate_left(20) ^ salt << 48)
    }

    fn pick<'a, T>(&self, salt: u64, among: &'a [T]) -> &'a T {
        let last = among.len() - 1;
        let share = self.draw(salt);
        let count = f64::from(u32::try_from(among.len()).unwrap_or(1));
        let at = (0_u32..).take(last).find(|at| share * count < f64::from(at + 1));
        &among[at.and_then(|at| usize::try_from(at).ok()).unwrap_or(last)]
    }
}

/// What this member says at this tick, if anything.
pub(super) fn says(dice: Dice, district: &DistrictId, at: Point, now_ms: i64) -> Option<Request> {
    if dice.falls(1, SOS_S) {
        return Some(Request::Sos {
            incident: IncidentId::fresh(),
            point: Some(at),
            accuracy_m: Some(super::ACCURACY_M),
            observed_ms: now_ms,
        });
    }
    if dice.falls(2, REPORT_S) {
        let (kind, text) = dice.pick(3, FINDS);
        return Some(Request::ReportIncident {
            incident: IncidentId::fresh(),
            point: Some(at),
            kind: KindCode::from(*kind),
            observed_ms: now_ms,
            text: Some((*text).to_owned()),
            drill: false,
        });
    }
    dice.falls(4, CHAT_S).then(|| Request::PostMessage {
        message: MessageId::fresh(),
        channel: Channel::of_district(district).id,
        body: (*dice.pick(5, WORDS)).to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::kind::BUILT_IN;

    fn said(members: u32, hours: i64) -> (usize, usize, usize) {
        let (mut reports, mut words, mut calls) = (0, 0, 0);
        let at = Point::new(113.2, 30.96).unwrap();
        for member in 0..u64::from(members) {
            for second in (0..hours * 3_600).step_by(2) {
                let seed = member.wrapping_mul(0x9E37_79B9);
                let dice = Dice { seed, at_s: second, members, passed_s: 2.0 };
                match says(dice, &"d".into(), at, 1) {
                    Some(Request::ReportIncident { .. }) => reports += 1,
                    Some(Request::PostMessage { .. }) => words += 1,
                    Some(Request::Sos { .. }) => calls += 1,
                    _ => {}
                }
            }
        }
        (reports, words, calls)
    }

    #[test]
    fn a_district_is_as_loud_with_many_as_with_few() {
        for members in [10, 200] {
            let (reports, words, calls) = said(members, 6);
            assert!((90..200).contains(&reports), "{members}: {reports} reports in 6 hours");
            assert!((120..240).contains(&words), "{members}: {words} words");
            assert!((2..20).contains(&calls), "{members}: {calls} calls for help");
        }
    }

    #[test]
    fn every_find_is_of_a_kind_that_there_is() {
        for (kind, _) in FINDS {
            assert!(BUILT_IN.iter().any(|(code, ..)| code == kind), "{kind}");
        }
    }
}
