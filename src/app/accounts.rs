//! What administrators do with accounts, and the first start.

use super::{App, Caller};
use crate::auth::{Actor, one_time, password};
use crate::command::{AccountStep, Command, Done, FIRST_ADMIN, NewSeat};
use crate::domain::{District, DistrictId, Member, MemberId};
use crate::protocol::{Code, Refusal};

/// What an administrator wants done with an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AccountWish {
    /// An account of this name, with a one-time password.
    Make(String),
    /// Another one-time password.
    Reset,
    /// No longer locked.
    Unlock,
    /// Not to be used until it is enabled.
    Disable,
    /// To be used again.
    Enable,
    /// Signed out everywhere.
    EndSessions,
}

impl App {
    /// Does it, and returns the one-time password if there is a new one; it is kept nowhere.
    ///
    /// # Errors
    /// What the writer says.
    pub async fn change_account(
        &self,
        caller: &Caller,
        district: &DistrictId,
        member: &MemberId,
        wish: AccountWish,
    ) -> Result<Option<String>, Refusal> {
        let fresh = matches!(wish, AccountWish::Make(_) | AccountWish::Reset).then(one_time::fresh);
        let hash = match &fresh {
            Some(password) => self.hash(password.clone()).await?,
            None => String::new(),
        };
        let step = match wish {
            AccountWish::Make(username) => AccountStep::Make { username, hash },
            AccountWish::Reset => AccountStep::Reset { hash },
            AccountWish::Unlock => AccountStep::Unlock,
            AccountWish::Disable => AccountStep::Disable,
            AccountWish::Enable => AccountStep::Enable,
            AccountWish::EndSessions => AccountStep::EndSessions,
        };
        let (district, member) = (district.clone(), member.clone());
        let command = Command::ChangeAccount { district, member, step };
        self.writer.apply(Actor::Member(caller.member.clone()), command).await?;
        Ok(fresh)
    }

    /// Gives a member another role, team or micro-grid, at once.
    ///
    /// # Errors
    /// What the writer says.
    pub async fn change_seat(
        &self,
        caller: &Caller,
        district: &DistrictId,
        member: &MemberId,
        seat: NewSeat,
    ) -> Result<Member, Refusal> {
        let (district, member) = (district.clone(), member.clone());
        let command = Command::ChangeSeat { district, member, seat };
        match self.writer.apply(Actor::Member(caller.member.clone()), command).await? {
            Done::Member(member) => Ok(*member),
            _ => Err(Refusal::new(Code::Internal, "no member came back")),
        }
    }

    /// Makes a district of the installation.
    ///
    /// # Errors
    /// What the writer says.
    pub async fn make_district(
        &self,
        caller: &Caller,
        district: District,
    ) -> Result<District, Refusal> {
        let command = Command::MakeDistrict(district.clone());
        self.writer.apply(Actor::Member(caller.member.clone()), command).await?;
        Ok(district)
    }

    /// On the first start, makes the installation's administrator; their name and the password
    /// that works once. None when there is one already.
    ///
    /// # Errors
    /// What the writer says.
    pub async fn found(&self) -> Result<Option<(&'static str, String)>, Refusal> {
        if self.store.is_founded().await.map_err(super::unreadable)? {
            return Ok(None);
        }
        let password = one_time::fresh();
        debug_assert!(password::check(&password).is_ok());
        let hash = self.hash(password.clone()).await?;
        match self.writer.apply(Actor::System, Command::Found { hash }).await? {
            Done::Member(_) => Ok(Some((FIRST_ADMIN, password))),
            _ => Ok(None),
        }
    }
}
