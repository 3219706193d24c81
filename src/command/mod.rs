//! The one verb: every change is a [`Command`], and [`Command::apply`] is the only code that
//! changes anything.
//!
//! It knows the rules of what may happen; it must not know who asked over which wire. The
//! [`Writer`] runs commands: many in one transaction, a savepoint each. Invariant: a command is
//! whole or it isn't, and what it did is published in the order of the log, after the commit.

mod account;
mod apply;
pub mod atlas;
mod batch;
mod call;
mod check_in;
mod consent;
mod context;
mod dismiss;
mod duty;
mod effect;
mod end_sessions;
mod escort;
mod fault;
mod found;
mod import_district;
mod import_grids;
mod import_incidents;
mod import_places;
mod imported;
mod journal;
mod make_district;
mod message;
mod mint;
mod move_assignment;
mod move_incident;
mod node;
mod officer;
mod personal;
pub mod position;
mod replay;
mod report;
mod retention;
mod rights;
mod seat;
mod settle;
mod sign_in;
mod sos;
mod standing;
mod timer;
mod track_hold;
pub mod track_queue;
mod view_track;
mod waiting;
mod writer;

pub use account::{AccountStep, NewPassword};
pub use atlas::{Atlas, DistrictMap};
pub use context::Deps;
pub use end_sessions::Which;
pub use fault::Fault;
pub use found::FIRST_ADMIN;
pub use import_places::PlaceSlice;
pub use imported::ImportedCounts;
pub use journal::{PutBack, SettleError, settle_journal};
pub use personal::Personal;
pub use position::Positions;
pub use rights::rows_of;
pub use seat::NewSeat;
pub use settle::{AccountSeed, MemberSeed, Settlement};
pub(crate) use sign_in::locked;
pub use sign_in::{Began, SignInTry};
pub use standing::Hidden;
pub use track_hold::NewTrackHold;
pub use track_queue::TrackQueue;
pub use writer::{Failure, Writer, WriterSettings};

use crate::domain::{
    AuditNote, CommandId, District, DistrictId, HeldSpan, JournalEntry, Kind, Member, MemberId,
    NodeBeat, NodeId, Party, SessionId, ShiftSummary, Timer, TrackHoldId,
};
use crate::intake::IncidentRow;
use crate::protocol::{Outcome, Refusal, Request};
use crate::store::grid::ShapedGrid;

/// Something that changes the state.
#[derive(Debug, Clone)]
pub enum Command {
    /// A member asks for something; the same id again returns the first outcome.
    Request {
        /// Made by the client.
        id: CommandId,
        /// What is asked for.
        request: Request,
        /// The session that asks.
        session: Option<SessionId>,
    },
    /// Adds a district, or changes its name and outline.
    ImportDistrict {
        /// The district.
        district: District,
        /// Its outline, a `GeoJSON` geometry.
        outline: Option<String>,
    },
    /// Adds micro-grids; a changed shape is a new version.
    ImportGrids {
        /// The district.
        district: DistrictId,
        /// The micro-grids, their shapes valid; versions are given here.
        grids: Vec<ShapedGrid>,
        /// Whether the whole map was held against what stands, of which this is a part: then
        /// each must still stand in the version that it says, 0 for none.
        checked: bool,
    },
    /// Adds a slice of organisations, members or stations.
    ImportPlaces {
        /// The district.
        district: DistrictId,
        /// The slice.
        slice: PlaceSlice,
    },
    /// Adds a slice of incidents that are over (补录).
    ImportIncidents {
        /// The district.
        district: DistrictId,
        /// Kinds that the slice uses and the district may not have yet.
        kinds: Vec<Kind>,
        /// The incidents.
        rows: Vec<IncidentRow>,
    },
    /// Adds organisations, teams, members and accounts.
    Settle(Box<Settlement>),
    /// Enters, shows or erases personal data.
    Personal(Box<Personal>),
    /// Writes down a sensitive read, before it is answered.
    Record {
        /// Whose chain.
        district: DistrictId,
        /// What.
        note: AuditNote,
        /// Why, as it was typed.
        reason: Option<String>,
    },
    /// Signs somebody in, or counts that it failed.
    SignIn(SignInTry),
    /// Begins a session of a member who showed who they are by a code.
    Pair {
        /// Who.
        member: MemberId,
        /// The digest of the session's token.
        digest: String,
    },
    /// Ends sessions of whoever asks.
    EndSessions(Which),
    /// Ends the sessions that have lapsed.
    SweepSessions,
    /// Keeps that a person does something in a session.
    Touch(SessionId),
    /// Changes the password of whoever asks.
    NewPassword(NewPassword),
    /// Makes, resets, unlocks, disables or enables an account, or ends its sessions.
    ChangeAccount {
        /// The district.
        district: DistrictId,
        /// Whose account.
        member: MemberId,
        /// What becomes of it.
        step: AccountStep,
    },
    /// Gives a member another role, force, organisation, team or micro-grid.
    ChangeSeat {
        /// The district.
        district: DistrictId,
        /// Who.
        member: MemberId,
        /// What they are to be.
        seat: NewSeat,
    },
    /// Makes a district of the installation.
    MakeDistrict(District),
    /// Makes the installation's administrator, unless there is one.
    Found {
        /// The hash of the password that works once.
        hash: String,
    },
    /// 保全: keeps tracks from the purge.
    HoldTracks {
        /// The district.
        district: DistrictId,
        /// Whose, from when until when, and why.
        new: NewTrackHold,
    },
    /// Gives held tracks back to the purge.
    ReleaseTracks {
        /// The district.
        district: DistrictId,
        /// The hold.
        hold: TrackHoldId,
        /// Why, as it was typed.
        reason: String,
    },
    /// Keeps what stays of a shift's track, before its fixes are purged.
    KeepSummary(Box<ShiftSummary>),
    /// Writes down what a purge of a district erased.
    Purged {
        /// The district.
        district: DistrictId,
        /// Fixes of before this went, Unix ms UTC.
        before_ms: i64,
        /// But for these.
        held: Vec<HeldSpan>,
        /// How many fixes went, and how many summaries were made.
        counts: (u64, u64),
    },
    /// Does again what a backup that was put back doesn't know of.
    Replay {
        /// The journal's entries.
        entries: Vec<JournalEntry>,
        /// That it was put back.
        put_back: PutBack,
    },
    /// Forgets what came of commands that no client asks about any more, and nodes that are gone
    /// for a day.
    ForgetOutcomes {
        /// Those of before this, Unix ms UTC.
        before_ms: i64,
    },
    /// A node says that it is there, and how it is.
    NodeBeat(Box<NodeBeat>),
    /// A node ends.
    NodeLeaves(NodeId),
    /// Settles people and makes a device's token for each of these members, for a demo.
    MintTokens(Box<Settlement>, Vec<MemberId>),
    /// Does what a timer that is due is there for.
    Fire(Timer),
    /// A fault of ours.
    #[cfg(test)]
    Panic,
}

/// What came of a command.
#[derive(Debug, Clone, PartialEq)]
pub enum Done {
    /// A member's request was stored.
    Outcome(Box<Outcome>),
    /// A file's slice was stored.
    Imported(ImportedCounts),
    /// Tokens were made, by member.
    Tokens(Vec<(MemberId, String)>),
    /// Somebody whom an incident is about, in clear.
    Party(Box<Party>),
    /// A member's phone number, in clear; none when there is none.
    Phone(Option<String>),
    /// A session began.
    Began(Box<Began>),
    /// Nobody was let in, and that is kept.
    Denied(Refusal),
    /// A member after a change.
    Member(Box<Member>),
    /// A timer is gone; whether it did something, since it was still needed.
    Fired(bool),
    /// Something was stored that has nothing to tell.
    Stored,
}
