//! `bench cluster`: one node alone, or several that share PostgreSQL and Redis: how long a command
//! takes to a desk of the node that took it and of another, what that costs, and what Redis does
//! for a position.
//!
//! The engines run already; whoever started them says where. Everybody who sends is on the first
//! node, so that the last one hears all of it from the others.

mod phases;
mod used;

use std::sync::Arc;

use anyhow::{Context as _, ensure};
use clap::Args;
use tempfile::TempDir;

use super::crowd::Crowd;
use super::measure::watch::Watch;
use super::receipts::Member;
use super::report::Report;
use super::served::Served;
use super::sign_on::sign_on;
use super::socket::Door;
use super::tally::Tally;
use super::walk::{Seen, Viewer, Wall};
use super::world::{Cast, Ground, Person, World};
use super::{Machine, check};
use crate::store::{DatabaseSettings, Store, StoredSize};
use used::{Engines, Reading};

/// One node, or several.
#[derive(Debug, Args)]
pub(super) struct ClusterArgs {
    /// Nodes
    #[arg(long, value_name = "N", default_value_t = 1)]
    nodes: usize,
    /// An empty PostgreSQL database; without it SQLite
    #[arg(long, value_name = "URL")]
    database: Option<String>,
    /// Its first process, whose time on the processor is then told
    #[arg(long, value_name = "PID", requires = "database")]
    database_pid: Option<u32>,
    /// A Redis
    #[arg(long, value_name = "URL", requires = "database")]
    bus: Option<String>,
    /// Districts that units and desks are spread over
    #[arg(long, value_name = "N", default_value_t = 1)]
    districts: usize,
    /// Units on duty, all on the first node
    #[arg(long, value_name = "N", default_value_t = 1_000)]
    units: usize,
    /// Desks at each node
    #[arg(long, value_name = "N", default_value_t = 50)]
    desks: usize,
    /// Incidents that units report, a second; 0 for none
    #[arg(long, value_name = "PER SECOND", default_value_t = 50.0)]
    reports: f64,
    /// Positions of each unit, a second; 0 for none
    #[arg(long, value_name = "HZ", default_value_t = 1.0)]
    rate: f64,
    /// How long to measure each of the two
    #[arg(long, value_name = "SECONDS", default_value_t = 15.0)]
    seconds: f64,
}

/// The desks of one node.
struct Desks {
    crowd: Crowd,
    tally: Arc<Tally>,
    seen: Arc<Seen>,
}

/// All that runs.
struct Scene {
    args: ClusterArgs,
    world: World,
    ground: Ground,
    /// The last node's folders: the first one's is the world's.
    _folders: Vec<TempDir>,
    nodes: Vec<Served>,
    engines: Engines,
    units: Crowd,
    tally: Arc<Tally>,
    desks: Vec<Desks>,
    wall: Wall,
}

/// Runs it.
pub(super) async fn run(args: ClusterArgs, machine: &Machine) -> anyhow::Result<Report> {
    check("--nodes", args.nodes as f64, 1.0, 8.0)?;
    check("--districts", args.districts as f64, 1.0, 1_000.0)?;
    check("--units", args.units as f64, 1.0, 9_000.0)?;
    check("--desks", args.desks as f64, 1.0, 1_000.0)?;
    check("--reports", args.reports, 0.0, 10_000.0)?;
    check("--rate", args.rate, 0.0, 10.0)?;
    check("--seconds", args.seconds, 0.1, 3_600.0)?;
    let shared = args.database.is_some() && args.bus.is_some();
    ensure!(args.nodes == 1 || shared, "--nodes: several share a --database and a --bus");
    let one_district = args.districts == 1 || args.reports == 0.0;
    ensure!(one_district, "--districts: reports are counted in one district only, so --reports 0");
    let mut report = Report::of("cluster", "xunfang", args.seconds);
    for (name, value) in [
        ("nodes", args.nodes as f64),
        ("districts", args.districts as f64),
        ("units", args.units as f64),
        ("desks_a_node", args.desks as f64),
        ("reports_per_s", args.reports),
        ("rate_hz", args.rate),
    ] {
        report.set(name, value);
    }
    let scene = Scene::open(args, machine).await?;
    let watch = Watch::start();
    if scene.args.reports > 0.0 {
        scene.commands(&watch, &mut report).await?;
    }
    if scene.args.rate > 0.0 {
        scene.positions(&watch, &mut report).await?;
    }
    report.load(watch.look());
    scene.close(&mut report).await;
    Ok(report)
}

impl Scene {
    async fn open(args: ClusterArgs, machine: &Machine) -> anyhow::Result<Self> {
        let url = args.database.clone().unwrap_or_default();
        let database = DatabaseSettings { url, ..DatabaseSettings::default() };
        let ground = Ground { database, districts: args.districts };
        let cast = Cast { guards: args.units, desks: args.desks * args.nodes, consented: true };
        let world = World::lay_on(&ground, &machine.folder, cast).await?;
        let engines = Engines::reach(args.database_pid, args.bus.as_deref()).await?;
        let mut settings = vec![("XUNFANG__DATABASE__URL", ground.database.url.as_str())];
        settings.extend(args.bus.as_deref().map(|url| ("XUNFANG__BUS__URL", url)));
        let (mut nodes, mut folders) = (Vec::new(), Vec::new());
        nodes.push(Served::node(machine, world.folder(), &settings).await?);
        for _ in 1..args.nodes {
            let folder = tempfile::tempdir_in(&machine.folder).context("a node's folder")?;
            nodes.push(Served::node(machine, folder.path(), &settings).await?);
            folders.push(folder);
        }
        let (tally, wall) = (Arc::new(Tally::default()), Wall::now());
        let hear = |place| Member::new(&tally, place);
        let units =
            Crowd::open(&Door::new(nodes[0].address, "/ws"), &world.guards, &tally, hear).await?;
        sign_on(&units.writers, &tally).await?;
        let mut desks = Vec::new();
        for (node, people) in nodes.iter().zip(world.desks.chunks(args.desks)) {
            desks.push(Desks::open(node, people, wall).await?);
        }
        let _folders = folders;
        Ok(Self { args, world, ground, _folders, nodes, engines, units, tally, desks, wall })
    }

    async fn reading(&self) -> anyhow::Result<Reading> {
        Reading::of(&self.nodes, &self.engines).await
    }

    /// Bytes on the disk now: what is asked for them costs time, so it is asked outside of readings.
    async fn size(&self) -> anyhow::Result<StoredSize> {
        let store = Store::open_beside(&self.ground.database, self.world.folder()).await?;
        let size = store.size().await;
        store.close().await;
        Ok(size?)
    }

    async fn close(self, report: &mut Report) {
        let (due, heard) = (self.due(), self.heard());
        report.fault_if(due.saturating_sub(heard), "events were lost");
        report.fault_if(heard.saturating_sub(due), "events were doubled");
        let unanswered = self.tally.sent.get() - self.tally.acks.get();
        report.fault_if(unanswered, "commands were not acknowledged");
        self.tally.faults(report);
        self.units.cut().await;
        for desks in self.desks {
            desks.tally.faults(report);
            desks.crowd.cut().await;
        }
        for node in self.nodes {
            node.stop().await;
        }
    }
}

impl Desks {
    async fn open(node: &Served, people: &[Person], wall: Wall) -> anyhow::Result<Self> {
        let (tally, seen) = (Arc::new(Tally::default()), Arc::new(Seen::default()));
        let hear = |place| Viewer::new(Member::new(&tally, place), &seen, wall);
        let crowd = Crowd::open(&Door::new(node.address, "/ws"), people, &tally, hear).await?;
        Ok(Self { crowd, tally, seen })
    }
}
