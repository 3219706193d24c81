//! The refusals that the document promises, in the combinations that endpoints share.
#![expect(dead_code, reason = "described in the document, never made")]

use utoipa::IntoResponses;

use crate::protocol::Refusal;

/// Refusals of whatever belongs to a district.
#[derive(IntoResponses)]
pub(super) enum DistrictRefusals {
    /// A parameter is wrong; `field` names it.
    #[response(status = 400)]
    Invalid(Refusal),
    /// Nobody is signed in.
    #[response(status = 401)]
    Unauthenticated(Refusal),
    /// The member may not, or it is another district.
    #[response(status = 403)]
    Forbidden(Refusal),
    /// The database can't be read now; try again.
    #[response(status = 503)]
    Busy(Refusal),
}

/// Refusals of a single object.
#[derive(IntoResponses)]
pub(super) enum ObjectRefusals {
    /// Nobody is signed in.
    #[response(status = 401)]
    Unauthenticated(Refusal),
    /// No such thing, or none that the member may see.
    #[response(status = 404)]
    NotFound(Refusal),
    /// The database can't be read now; try again.
    #[response(status = 503)]
    Busy(Refusal),
}

/// Refusals of personal data.
#[derive(IntoResponses)]
pub(super) enum PersonalRefusals {
    /// A value is wrong, or there is no reason; `field` names it.
    #[response(status = 400)]
    Invalid(Refusal),
    /// Nobody is signed in.
    #[response(status = 401)]
    Unauthenticated(Refusal),
    /// The member may not.
    #[response(status = 403)]
    Forbidden(Refusal),
    /// No such thing, or none that the member may see.
    #[response(status = 404)]
    NotFound(Refusal),
    /// The id is taken.
    #[response(status = 409)]
    Conflict(Refusal),
    /// Larger than 64 KiB.
    #[response(status = 413)]
    TooLarge(Refusal),
    /// Too much to do now; try again.
    #[response(status = 503)]
    Busy(Refusal),
}

/// Refusals of a session.
#[derive(IntoResponses)]
pub(super) enum SessionRefusals {
    /// Nobody is signed in, or the name or the password is wrong.
    #[response(status = 401)]
    Unauthenticated(Refusal),
    /// The database can't be read now; try again.
    #[response(status = 503)]
    Busy(Refusal),
}

/// Refusals of changing an account.
#[derive(IntoResponses)]
pub(super) enum AccountRefusals {
    /// A value can't be; `field` names it.
    #[response(status = 400)]
    Invalid(Refusal),
    /// Nobody is signed in.
    #[response(status = 401)]
    Unauthenticated(Refusal),
    /// The member may not, it is another district, or it is their own.
    #[response(status = 403)]
    Forbidden(Refusal),
    /// No such member, account, organisation, team or micro-grid.
    #[response(status = 404)]
    NotFound(Refusal),
    /// There is an account already, or the name is another's.
    #[response(status = 409)]
    Conflict(Refusal),
    /// Larger than 64 KiB.
    #[response(status = 413)]
    TooLarge(Refusal),
    /// It can't be stored now; try again.
    #[response(status = 503)]
    Busy(Refusal),
}

/// Refusals of importing.
#[derive(IntoResponses)]
pub(super) enum ImportRefusals {
    /// A parameter or the file is wrong; `field` names it.
    #[response(status = 400)]
    Invalid(Refusal),
    /// Nobody is signed in.
    #[response(status = 401)]
    Unauthenticated(Refusal),
    /// The member may not, or it is another district.
    #[response(status = 403)]
    Forbidden(Refusal),
    /// No such file of this member is held.
    #[response(status = 404)]
    NotFound(Refusal),
    /// A question is open; `field` names what is to be answered. Or another import runs.
    #[response(status = 409)]
    Conflict(Refusal),
    /// The file is too large.
    #[response(status = 413)]
    TooLarge(Refusal),
    /// Too many files are held.
    #[response(status = 429)]
    TooMany(Refusal),
    /// The database can't be read now, or others are importing; try again.
    #[response(status = 503)]
    Busy(Refusal),
}
