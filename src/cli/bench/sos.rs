//! `bench sos`: calls for help on the way to every desk, while units walk and one desk reads so
//! slowly that its lanes stand nearly full.

use std::sync::Arc;
use std::time::Duration;

use clap::Args;
use futures_util::stream::TryStreamExt as _;
use tokio::time::{Instant, sleep};

use super::alarm::{Alarms, Desk, Throttle};
use super::crowd::{Crowd, opening};
use super::measure::pace::Pace;
use super::measure::watch::Watch;
use super::measure::{now_ns, seconds, seconds_ns};
use super::receipts::Member;
use super::report::{Goal, Report};
use super::report_incident::{marked, report as report_words, say, sos as sos_words, unmarked};
use super::served::Served;
use super::sign_on::sign_on;
use super::socket::Door;
use super::tally::Tally;
use super::walk::{WATCH, Wall, walk};
use super::world::{Cast, World};
use super::{Machine, check};

/// The throttled desk's lanes stand as full as they shall within this.
const FILL_WITHIN: Duration = Duration::from_secs(30);
/// Everything else goes on until this long after the last call at most, in s.
const AFTER_S: f64 = 20.0;
/// The throttled desk's receive buffer, bytes: what waits shall wait in the server's lanes.
const RECEIVE_BYTES: u32 = 8 * 1024;

/// Calls for help.
#[derive(Debug, Args)]
pub(super) struct SosArgs {
    /// Units on duty that send a position a second
    #[arg(long, value_name = "N", default_value_t = 2_000)]
    members: usize,
    /// Desks that read as they should
    #[arg(long, value_name = "N", default_value_t = 20)]
    desks: usize,
    /// Calls for help
    #[arg(long, value_name = "N", default_value_t = 150)]
    calls: u64,
    /// Calls a second
    #[arg(long, value_name = "PER SECOND", default_value_t = 10.0)]
    rate: f64,
    /// Incidents a second that units report meanwhile
    #[arg(long, value_name = "PER SECOND", default_value_t = 50.0)]
    reports: f64,
    /// How full the throttled desk's lane is kept, in per cent
    #[arg(long, value_name = "PER CENT", default_value_t = 80.0)]
    fill: f64,
}

/// All that goes on.
struct Scene<'a> {
    args: &'a SosArgs,
    served: &'a Served,
    units: Crowd,
    tally: Arc<Tally>,
    alarms: Arc<Alarms>,
    throttled: Arc<Alarms>,
    wall: Wall,
    watch: Watch,
}

/// Runs it.
pub(super) async fn run(args: SosArgs, machine: &Machine) -> anyhow::Result<Report> {
    check("--members", args.members as f64, 1.0, 9_000.0)?;
    check("--desks", args.desks as f64, 1.0, 1_000.0)?;
    check("--calls", args.calls as f64, 1.0, 100_000.0)?;
    check("--rate", args.rate, 0.1, 500.0)?;
    check("--reports", args.reports, 0.1, 2_000.0)?;
    check("--fill", args.fill, 1.0, 95.0)?;
    let cast = Cast { guards: args.members, desks: args.desks + 1, consented: true };
    let world = World::lay(&machine.folder, cast).await?;
    let served = Served::xunfang(machine, &world).await?;
    let door = Door::new(served.address, "/ws");
    let tally = Arc::new(Tally::default());
    let hear = |place| Member::new(&tally, place);
    let units = Crowd::open(&door, &world.guards, &tally, hear).await?;
    sign_on(&units.writers, &tally).await?;
    let (slow, desks) = world.desks.split_at(1);
    let (alarms, throttled) = (Arc::new(Alarms::default()), Arc::new(Alarms::default()));
    let hear = |place| Desk::new(Member::new(&tally, place), &alarms);
    let desks = Crowd::open(&door, desks, &tally, hear).await?;
    let slow_door = Door { receive_bytes: Some(RECEIVE_BYTES), ..door.clone() };
    let slow = opening(&slow_door, slow).try_collect().await?;
    let throttle = Throttle::new(&alarms, args.desks as u64, args.fill / 100.0);
    let slow = throttle.crowd(slow, &throttled, &tally);
    for writer in desks.writers.iter().chain(&slow.writers) {
        writer.text(WATCH)?;
    }
    let (wall, watch) = (Wall::now(), Watch::start());
    let scene =
        Scene { args: &args, served: &served, units, tally, alarms, throttled, wall, watch };
    let mut report = Report::of("sos", "xunfang", 0.0);
    scene.play(&throttle, &mut report).await?;
    scene.tell(&mut report);
    scene.units.cut().await;
    desks.cut().await;
    slow.cut().await;
    served.stop().await;
    Ok(report)
}

impl Scene<'_> {
    /// Units walk and report until all calls are heard.
    async fn play(&self, throttle: &Throttle, report: &mut Report) -> anyhow::Result<()> {
        let (units, tally) = (&self.units.writers, &self.tally);
        let begun_ns = now_ns();
        let calling_s = self.args.calls as f64 / self.args.rate;
        let all_s = FILL_WITHIN.as_secs_f64() + calling_s + AFTER_S;
        let span = (begun_ns, begun_ns + seconds_ns(all_s));
        let hz = Pace::new(units.len() as f64, span);
        let walking = walk(units, (hz, self.wall), (&self.watch, tally));
        let reports = Pace::new(self.args.reports, span);
        let words = |_, _, ms| report_words(&unmarked(), ms);
        let reporting = say(units, (reports, self.wall, 0), words, (&self.watch, tally));
        let calling = async {
            let until = Instant::now() + FILL_WITHIN;
            while !throttle.is_full() && Instant::now() < until {
                sleep(Duration::from_millis(10)).await;
            }
            report.figure("filled", f64::from(u8::from(throttle.is_full())));
            report.figure("filled_after_s", seconds(now_ns() - begun_ns));
            self.call(calling_s, report).await
        };
        tokio::select! {
            called = calling => called,
            _ = async { tokio::join!(walking, reporting) } => {
                report.faults.push("calls were not heard in time".to_owned());
                Ok(())
            }
        }
    }

    async fn call(&self, for_s: f64, report: &mut Report) -> anyhow::Result<()> {
        let (cpu, start_ns) = (self.served.usage.cpu()?, now_ns());
        // So many calls and no more, whatever rounding does to the last.
        let until_ns = start_ns + seconds_ns(for_s - 0.5 / self.args.rate);
        let pace = Pace::new(self.args.rate, (start_ns, until_ns));
        let words = |number, at_ns, ms| sos_words(&marked(number, at_ns), ms);
        let counted = Tally::default();
        say(&self.units.writers, (pace, self.wall, 0), words, (&self.watch, &counted)).await;
        let called = counted.sent.get();
        let desks = self.args.desks as u64;
        self.tally
            .settle(|_| self.alarms.heard() >= called * desks && self.throttled.heard() >= called)
            .await;
        let took = seconds(now_ns() - start_ns);
        report.seconds = took;
        report.figure("calls", called as f64);
        report.figure("server_cpu_share", (self.served.usage.cpu()? - cpu).as_secs_f64() / took);
        let lost = (called * desks).saturating_sub(self.alarms.heard());
        report.fault_if(lost, "alarms didn't reach a desk");
        let lost = called.saturating_sub(self.throttled.heard());
        report.fault_if(lost, "alarms didn't reach the throttled desk");
        report.fault_if(counted.unsent.get(), "calls could not be sent");
        Ok(())
    }

    fn tell(&self, report: &mut Report) {
        report.set("members", self.args.members as f64);
        report.set("desks", self.args.desks as f64);
        report.set("reports_per_s", self.args.reports);
        report.set("calls_per_s", self.args.rate);
        report.set("fill_per_cent", self.args.fill);
        report.load(self.watch.look());
        Tally::quantiles(report, "alarm_", &self.alarms.first);
        Tally::quantiles(report, "event_", &self.alarms.event);
        Tally::quantiles(report, "throttled_alarm_", &self.throttled.first);
        let p99 = self.alarms.first.ms(0.99);
        report.goals.push(Goal::at_most("call for help to every desk, p99", 250.0, "ms", p99));
        self.tally.faults(report);
    }
}
