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

/// The district's code.
pub(super) const DISTRICT: &str = "420882002";
const GRID: &str = "420882002210-001";
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
        std::fs::create_dir_all(parent)
            .with_context(|| format!("{} can't be made", parent.display()))?;
        anyhow::ensure!(
            !disk::is_in_memory(parent),
            "{} is kept in memory, where a sync costs nothing: choose another with --folder",
            parent.display()
        );
        let folder = tempfile::tempdir_in(parent)
            .with_context(|| format!("no folder can be made in {}", parent.display()))?;
        let store = Store::open(&DatabaseSettings::default(), folder.path()).await?;
        let parts = Parts {
            store,
            bus: Bus::Local(LocalBus::new()),
            clock: Clock::system(),
            writer: WriterSettings::default(),
            demo: false,
            place: NodePlace::default(),
        };
        let node = Node::start(parts).await?;
        let laid = populate(&node, cast).await;
        node.stop().await;
        let (guards, desks) = laid.context("the world can't be laid")?;
        Ok(Self { folder, guards, desks })
    }

    /// Where it is.
    pub(super) fn folder(&self) -> &Path {
        self.folder.path()
    }
}

async fn populate(node: &Node, cast: Cast) -> anyhow::Result<(Vec<Person>, Vec<Person>)> {
    let writer = &node.app.writer;
    apply(writer, Actor::System, district()).await?;
    apply(writer, Actor::System, grid()).await?;
    let guards: Vec<Member> = (0..cast.guards).map(guard).collect();
    let desks: Vec<Member> = (0..cast.desks).map(desk).collect();
    let seed = |member: &Member| MemberSeed { member: member.clone(), phone: None };
    let settlement = Settlement {
        organisations: vec![organisation()],
        members: guards.iter().chain(&desks).map(seed).collect(),
        ..Settlement::of(DistrictId::from(DISTRICT))
    };
    apply(writer, Actor::System, Command::Settle(Box::new(settlement))).await?;
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

fn district() -> Command {
    let district = District {
        id: DistrictId::from(DISTRICT),
        name: "压测街道".to_owned(),
        timezone: "Asia/Shanghai".to_owned(),
        prefix: "YC".to_owned(),
        demo: true,
    };
    Command::ImportDistrict { district, outline: None }
}

fn grid() -> Command {
    let grid = Grid {
        code: GridCode::from(GRID),
        version: 0,
        name: "压测网格".to_owned(),
        kind: "企业车间".to_owned(),
        area: None,
    };
    let ring = "[113.20,30.95],[113.24,30.95],[113.24,30.98],[113.20,30.98],[113.20,30.95]";
    let shape = format!(r#"{{"type":"Polygon","coordinates":[[{ring}]]}}"#);
    Command::ImportGrids {
        district: DistrictId::from(DISTRICT),
        grids: vec![ShapedGrid { grid, shape }],
        checked: false,
    }
}

fn organisation() -> Organisation {
    Organisation {
        id: OrgId::from("bench"),
        district: DistrictId::from(DISTRICT),
        kind: OrgKind::Company,
        name: "压测公司".to_owned(),
        grids: vec![GridCode::from(GRID)],
    }
}

fn guard(number: usize) -> Member {
    Member {
        id: MemberId::from(format!("guard-{number:05}")),
        district: DistrictId::from(DISTRICT),
        org: OrgId::from("bench"),
        force: Force::Guard,
        role: Role::Patrol,
        team: None,
        grid: None,
        name: format!("队员{number:05}"),
    }
}

fn desk(number: usize) -> Member {
    Member {
        id: MemberId::from(format!("desk-{number:05}")),
        force: Force::Auxiliary,
        role: Role::Dispatcher,
        name: format!("调度{number:05}"),
        ..guard(number)
    }
}
