//! The one verb: every change is a [`Command`], and [`Command::apply`] is the only code that
//! changes anything.
//!
//! It knows the rules of what may happen; it must not know who asked over which wire. The
//! [`Writer`] runs commands: many in one transaction, a savepoint each. Invariant: a command is
//! whole or it isn't, and what it did is published in the order of the log, after the commit.

mod apply;
pub mod atlas;
mod batch;
mod call;
mod check_in;
mod context;
mod dismiss;
mod duty;
mod effect;
mod escort;
mod fault;
mod import_district;
mod import_grids;
mod import_incidents;
mod import_places;
mod imported;
mod message;
mod mint;
mod move_assignment;
mod move_incident;
mod officer;
mod personal;
pub mod position;
mod report;
mod rights;
mod settle;
mod sos;
pub mod track_queue;
mod view_track;
mod writer;

pub use atlas::{Atlas, DistrictMap};
pub use context::Deps;
pub use fault::Fault;
pub use import_places::PlaceSlice;
pub use imported::ImportedCounts;
pub use personal::Personal;
pub use position::Positions;
pub use rights::rows_of;
pub use settle::{AccountSeed, MemberSeed, Settlement};
pub use track_queue::TrackQueue;
pub use writer::{Failure, Writer, WriterSettings};

use crate::domain::{AuditNote, CommandId, District, DistrictId, Kind, MemberId, Party, SessionId};
use crate::intake::IncidentRow;
use crate::protocol::{Outcome, Request};
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
    /// Settles people and makes a device's token for each of these members, for a demo.
    MintTokens(Box<Settlement>, Vec<MemberId>),
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
    /// Something was stored that has nothing to tell.
    Stored,
}
