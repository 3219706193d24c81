//! The invented district that a server is started on: its members with their tokens, laid into a
//! folder through commands before anybody connects, so that nobody has to sign in.
//!
//! Invariant: everything goes through the writer, as it does in a server.

use std::path::Path;

use anyhow::{Context as _, anyhow};
use futures_util::stream::{self, StreamExt as _, TryStreamExt as _};
use tempfile::TempDir;

use super::measure::disk;
use crate::auth::{Actor, token};
use crate::bus::{Bus, LocalBus};
use crate::clock::Clock;
use crate::command::{Command, Done, Failure, MemberSeed, Settlement, Writer, WriterSettings};
use crate::domain::consent::CONSENT_VERSION;
use crate::domain::{
    CommandId, District, DistrictId, Force, Grid, GridCode, Member, MemberId, NodePlace, OrgId,
    OrgKind, Organisation, Role,
};
use crate::protocol::{Refusal, Request};
use crate::server::{Node, Parts};
use crate::store::grid::ShapedGrid;
use crate::store::{DatabaseSettings, Store};

/// The first district's code.
pub(super) const DISTRICT: &str = "420882002";
/// The same as a number: the other districts count on from it.
const FIRST: usize = 420_882_002;
/// Commands that are handed to the writer at a time.
const AT_ONCE: usize = 256;

/// Who is in it.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Cast {
    /// Guards on patrol.
    pub(super) guards: usize,
    /// Dispatchers at desks.
    pub(super) desks: usize,
    /// Whether the guards have consented to positions.
    pub(super) consented: bool,
}

/// What a world is laid on.
#[derive(Debug, Clone)]
pub(super) struct Ground {
    /// Where its state is kept.
    pub(super) database: DatabaseSettings,
    /// Members take turns in so many districts.
    pub(super) districts: usize,
}

impl Default for Ground {
    /// SQLite in the world's folder, and one district.
    fn default() -> Self {
        Self { database: DatabaseSettings::default(), districts: 1 }
    }
}

/// A member and the token that speaks for them.
#[derive(Debug, Clone)]
pub(super) struct Person {
    /// The token.
    pub(super) token: String,
}

/// A folder to serve, and who may connect.
pub(super) struct World {
    folder: TempDir,
    /// Guards.
    pub(super) guards: Vec<Person>,
    /// Dispatchers.
    pub(super) desks: Vec<Person>,
}

impl World {
    /// Lays a world into a new folder below `parent`.
    ///
    /// # Errors
    /// When the folder is in memory, or can't be written.
    pub(super) async fn lay(parent: &Path, cast: Cast) -> anyhow::Result<Self> {
        Self::lay_on(&Ground::default(), parent, cast).await
    }

    /// The same on another ground; the folder holds what isn't in the database.
    ///
    /// # Errors
    /// Those, and what the database says.
    pub(super) async fn lay_on(ground: &Ground, parent: &Path, cast: Cast) -> anyhow::Result<Self> {
        std::fs::create_dir_all(parent)
            .with_context(|| format!("{} can't be made", parent.display()))?;
        anyhow::ensure!(
            !disk::is_in_memory(parent),
            "{} is kept in memory, where a sync costs nothing: choose another with --folder",
            parent.display()
        );
        let folder = tempfile::tempdir_in(parent)
            .with_context(|| format!("no folder can be made in {}", parent.display()))?;
        let store = Store::open(&ground.database, folder.path()).await?;
        let parts = Parts {
            store,
            bus: Bus::Local(LocalBus::new()),
            clock: Clock::system(),
            writer: WriterSettings::default(),
            demo: false,
            place: NodePlace::default(),
        };
        let node = Node::start(parts).await?;
        let laid = populate(&node, cast, ground.districts).await;
        node.stop().await;
        let (guards, desks) = laid.context("the world can't be laid")?;
        Ok(Self { folder, guards, desks })
    }

    /// Where it is.
    pub(super) fn folder(&self) -> &Path {
        self.folder.path()
    }
}

async fn populate(
    node: &Node,
    cast: Cast,
    districts: usize,
) -> anyhow::Result<(Vec<Person>, Vec<Person>)> {
    let writer = &node.app.writer;
    let guards: Vec<Member> = (0..cast.guards).map(|number| guard(number, districts)).collect();
    let desks: Vec<Member> = (0..cast.desks).map(|number| desk(number, districts)).collect();
    let seed = |member: &Member| MemberSeed { member: member.clone(), phone: None };
    for id in (0..districts).map(|number| code(number, districts)) {
        apply(writer, Actor::System, district(&id)).await?;
        apply(writer, Actor::System, grid(&id)).await?;
        let members = guards.iter().chain(&desks).filter(|member| member.district == id);
        let settlement = Settlement {
            organisations: vec![organisation(&id)],
            members: members.map(seed).collect(),
            ..Settlement::of(id)
        };
        apply(writer, Actor::System, Command::Settle(Box::new(settlement))).await?;
    }
    let seats = guards.into_iter().map(|member| (member, cast.consented));
    let guards = admit(node, seats.collect()).await?;
    let desks = admit(node, desks.into_iter().map(|member| (member, false)).collect()).await?;
    Ok((guards, desks))
}

/// A session for each member; some have consented.
async fn admit(node: &Node, members: Vec<(Member, bool)>) -> anyhow::Result<Vec<Person>> {
    let admitting =
        members.into_iter().map(|(member, consented)| admit_one(node, member, consented));
    stream::iter(admitting).buffered(AT_ONCE).try_collect().await
}

async fn admit_one(node: &Node, member: Member, consented: bool) -> anyhow::Result<Person> {
    let writer = &node.app.writer;
    let token = token::fresh();
    let pair = Command::Pair { member: member.id.clone(), digest: token::digest(&token) };
    apply(writer, Actor::System, pair).await?;
    if consented {
        let request = Request::GiveConsent { version: CONSENT_VERSION };
        let command = Command::Request { id: CommandId::fresh(), request, session: None };
        apply(writer, Actor::Member(member), command).await?;
    }
    Ok(Person { token })
}

async fn apply(writer: &Writer, actor: Actor, command: Command) -> anyhow::Result<Done> {
    let done = writer.apply(actor, command).await;
    done.map_err(|failure: Failure| anyhow!(Refusal::from(failure)))
}

/// The district of somebody's turn.
fn code(number: usize, districts: usize) -> DistrictId {
    DistrictId::from(format!("{}", FIRST + number % districts))
}

fn district(id: &DistrictId) -> Command {
    let district = District {
        id: id.clone(),
        name: "压测街道".to_owned(),
        timezone: "Asia/Shanghai".to_owned(),
        prefix: "YC".to_owned(),
        demo: true,
    };
    Command::ImportDistrict { district, outline: None }
}

fn grid_code(district: &DistrictId) -> GridCode {
    GridCode::from(format!("{district}210-001"))
}

fn org_id(district: &DistrictId) -> OrgId {
    OrgId::from(format!("bench-{district}"))
}

fn grid(district: &DistrictId) -> Command {
    let grid = Grid {
        code: grid_code(district),
        version: 0,
        name: "压测网格".to_owned(),
        kind: "企业车间".to_owned(),
        area: None,
    };
    let ring = "[113.20,30.95],[113.24,30.95],[113.24,30.98],[113.20,30.98],[113.20,30.95]";
    let shape = format!(r#"{{"type":"Polygon","coordinates":[[{ring}]]}}"#);
    Command::ImportGrids {
        district: district.clone(),
        grids: vec![ShapedGrid { grid, shape }],
        checked: false,
    }
}

fn organisation(district: &DistrictId) -> Organisation {
    Organisation {
        id: org_id(district),
        district: district.clone(),
        kind: OrgKind::Company,
        name: "压测公司".to_owned(),
        grids: vec![grid_code(district)],
    }
}

fn guard(number: usize, districts: usize) -> Member {
    let district = code(number, districts);
    Member {
        id: MemberId::from(format!("guard-{number:05}")),
        org: org_id(&district),
        district,
        force: Force::Guard,
        role: Role::Patrol,
        team: None,
        grid: None,
        name: format!("队员{number:05}"),
    }
}

fn desk(number: usize, districts: usize) -> Member {
    Member {
        id: MemberId::from(format!("desk-{number:05}")),
        force: Force::Auxiliary,
        role: Role::Dispatcher,
        name: format!("调度{number:05}"),
        ..guard(number, districts)
    }
}
