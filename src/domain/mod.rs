//! What a patrol is made of: parties, people, places, shifts, incidents, messages, events.
//!
//! Plain values and the rules that need nothing but those values. It must not know about
//! storage, sockets, rights or time zones. Invariant: an incident or an assignment changes its
//! state only along the tables in [`incident::state`] and [`assignment`].

pub mod assignment;
pub mod audit;
pub mod audit_chain;
pub mod check_in;
pub mod consent;
pub mod event;
pub mod help_call;
pub mod id;
pub mod incident;
pub mod journal;
pub mod kind;
pub mod member;
pub mod message;
pub mod node;
pub mod party;
pub mod personal;
pub mod place;
pub mod position;
pub mod roster;
pub mod shift;
pub mod shift_summary;
pub mod text;
pub mod timer;
pub mod track_hold;
pub mod track_view;

pub use assignment::{Assignment, AssignmentMove, AssignmentState};
pub use audit::{AuditAction, AuditNote, AuditRecord};
pub use check_in::{CheckIn, CheckInMethod};
pub use consent::ConsentSpan;
pub use event::{Audience, AudienceKey, Event, LoggedEvent};
pub use help_call::HelpCall;
pub use id::{
    AccountId, AssignmentId, ChannelId, CheckInId, CheckpointId, CommandId, DistrictId, DutyId,
    EscalationUnitId, EventId, GridCode, ImportId, IncidentId, KindCode, MemberId, MessageId,
    NodeId, OrgId, PartyId, RosterId, SessionId, ShiftId, StationId, StreetId, TeamId, TemplateId,
    TextId, TrackHoldId, TrackViewId,
};
pub use incident::{
    Due, DueStep, Entry, Flags, Incident, IncidentMove, IncidentState, Level, Source,
};
pub use journal::{HeldSpan, JournalCommand, JournalEntry, JournalFact};
pub use kind::{Kind, TopKind};
pub use member::{Member, MemberBrief, Team};
pub use message::{Channel, ChannelKind, Message};
pub use node::{Node, NodeBeat, NodeBus, NodePlace};
pub use party::{Force, OrgKind, Organisation, Role};
pub use personal::{Contact, Part, Party};
pub use place::{
    Area, Checkpoint, District, EscalationUnit, Grid, Station, StationKind, Street, Tier,
};
pub use position::Fix;
pub use roster::{RosterEntry, ShiftTemplate, Window};
pub use shift::Shift;
pub use shift_summary::ShiftSummary;
pub use text::Text;
pub use timer::{Timer, TimerKind};
pub use track_hold::TrackHold;
pub use track_view::TrackView;
