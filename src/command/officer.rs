//! Auxiliaries act under a named officer: named at sign-on, and in what they write.

use super::Fault;
use super::context::Context;
use crate::domain::{Force, Member, MemberId, Role};
use crate::protocol::Refusal;
use crate::store::{member, shift};

/// Whether a member patrols as an auxiliary.
fn acts_under_one(member: &Member) -> bool {
    let patrols = matches!(member.role, Role::Patrol | Role::TeamLeader | Role::Mediator);
    member.force == Force::Auxiliary && patrols
}

/// The officer whom a member signs on under, with their name; none for all but auxiliaries.
pub(super) async fn named(
    cx: &mut Context<'_, '_>,
    member: &Member,
    officer: Option<&MemberId>,
) -> Result<(Option<MemberId>, Option<String>), Fault> {
    if !acts_under_one(member) {
        return Ok((None, None));
    }
    let missing = || Refusal::invalid("officer", "an auxiliary acts under a named officer");
    let found = member::find(cx.tx, officer.ok_or_else(missing)?).await?;
    let fits = |officer: &Member| {
        officer.district == member.district
            && officer.force == Force::Police
            && !officer.role.is_admin()
    };
    let unfit = || Refusal::invalid("officer", "not a police officer of the district");
    let officer = found.filter(fits).ok_or_else(unfit)?;
    Ok((Some(officer.id), Some(officer.name)))
}

/// The name of the officer whom the actor acts under now.
pub(super) async fn of_actor(cx: &mut Context<'_, '_>) -> Result<Option<String>, Fault> {
    let auxiliary = cx.actor.member().filter(|member| acts_under_one(member));
    let Some(id) = auxiliary.map(|member| member.id.clone()) else { return Ok(None) };
    Ok(shift::open_of(cx.tx, &id).await?.and_then(|shift| shift.officer_name))
}
