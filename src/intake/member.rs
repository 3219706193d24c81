//! Members of a table, with the teams that they bring along.
//!
//! Invariant: the same row is the same member again: by its id, or by name and organisation.

use std::collections::{HashMap, HashSet};

use super::fault::IntakeError;
use super::file::InputFile;
use super::identity::{derived_id, given_id};
use super::known::Known;
use super::label::Labelled;
use super::table::{Cells, Field, Rows, Wrong, rows};
use crate::domain::{Force, GridCode, Member, MemberId, OrgId, Organisation, Role, Team, TeamId};

const FIELDS: &[Field] = &[
    Field::maybe(&["编号", "id", "工号", "人员编号", "member"]),
    Field::needed(&["姓名", "name"]),
    Field::needed(&["单位", "org", "organisation", "organization", "所属单位", "单位名称"]),
    Field::needed(&["力量", "force", "力量类别", "队伍类别"]),
    Field::maybe(&["角色", "role", "岗位"]),
    Field::maybe(&["班组", "team", "队伍", "小组"]),
    Field::maybe(&["手机", "phone", "手机号", "手机号码", "电话", "联系电话", "mobile"]),
    Field::maybe(&["网格", "grid", "微网格", "网格编号", "网格编码", "责任网格"]),
];
const ID: usize = 0;
const NAME: usize = 1;
const ORG: usize = 2;
const FORCE: usize = 3;
const ROLE: usize = 4;
const TEAM: usize = 5;
const PHONE: usize = 6;
const GRID: usize = 7;

/// Digits of a phone number, country code included.
const PHONE_DIGITS: std::ops::RangeInclusive<usize> = 5..=15;

/// A member of a table.
#[derive(Debug, Clone, PartialEq)]
pub struct MemberRow {
    /// The member.
    pub member: Member,
    /// Their phone number, if the table says one.
    pub phone: Option<String>,
    /// Their team, if it is a new one.
    pub new_team: Option<Team>,
}

/// Reads the members of a table.
///
/// # Errors
/// [`IntakeError`], such as a column that is missing.
pub(super) fn members(file: &InputFile, known: &Known) -> Result<Rows<MemberRow>, IntakeError> {
    let mut reader = MemberReader { known, teams: HashMap::new(), first: HashMap::new() };
    rows(file, "members", FIELDS, |cells| reader.take(cells))
}

struct MemberReader<'k> {
    known: &'k Known,
    /// Teams that earlier rows brought along.
    teams: HashMap<TeamId, Team>,
    first: HashMap<MemberId, u64>,
}

impl MemberReader<'_> {
    fn take(&mut self, cells: &mut Cells) -> Result<MemberRow, Wrong> {
        let name = cells.needed(NAME)?.to_owned();
        let org = self.org(cells)?.id.clone();
        let force = labelled::<Force>(cells, FORCE)?;
        let id = self.id(cells, &org, &name)?;
        let before = self.known.members.iter().find(|member| member.id == id);
        // What the table says nothing of stays as it is.
        let role = match cells.text(ROLE)? {
            "" => before.map_or(Role::Patrol, |before| before.role),
            _ => labelled::<Role>(cells, ROLE)?,
        };
        let earlier = before.map_or(Role::Patrol, |before| before.role);
        if earlier != role && (earlier.is_admin() || role.is_admin()) {
            let why = "administrators are appointed under accounts, not by a file";
            return Err(cells.wrong(ROLE, why));
        }
        let grid = match cells.has(GRID) {
            true => self.grid(cells)?,
            false => before.and_then(|before| before.grid.clone()),
        };
        let phone = phone(cells)?;
        let (team, new_team) = match cells.has(TEAM) {
            true => self.team(cells, &org, force)?,
            false => (before.and_then(|before| before.team.clone()), None),
        };
        if role == Role::GridWorker && grid.is_none() {
            cells.warn(GRID, "a 微网格员 without a micro-grid of their own");
        }
        self.first.insert(id.clone(), cells.row);
        if let Some(team) = &new_team {
            self.teams.insert(team.id.clone(), team.clone());
        }
        let district = self.known.district.id.clone();
        let member = Member { id, district, org, force, role, team, grid, name };
        Ok(MemberRow { member, phone, new_team })
    }

    fn org(&self, cells: &Cells) -> Result<&Organisation, Wrong> {
        let text = cells.needed(ORG)?;
        let all = &self.known.organisations;
        if let Some(org) = all.iter().find(|org| org.id.as_str() == text) {
            return Ok(org);
        }
        let mut named = all.iter().filter(|org| org.name == text);
        match (named.next(), named.next()) {
            (Some(org), None) => Ok(org),
            (Some(_), Some(_)) => {
                let why = format!("two organisations are called {text}: give the id instead");
                Err(cells.wrong(ORG, why))
            }
            (None, _) => {
                let why = format!("there is no organisation {text}: import organisations first");
                Err(cells.wrong(ORG, why))
            }
        }
    }

    /// The stated id, or that of a member of this name there, or one made of both.
    fn id(&self, cells: &Cells, org: &OrgId, name: &str) -> Result<MemberId, Wrong> {
        let stated = given_id(cells, ID, &self.known.foreign)?;
        let id = match &stated {
            Some(id) => MemberId::from(id.as_str()),
            None => {
                let same = |member: &&Member| member.org == *org && member.name == name;
                let mut same = self.known.members.iter().filter(same);
                match (same.next(), same.next()) {
                    (Some(member), None) => member.id.clone(),
                    (None, _) => {
                        let parts = [self.known.district.id.as_str(), org.as_str(), name];
                        MemberId::from(derived_id("member", &parts))
                    }
                    (Some(_), Some(_)) => {
                        let why = "two members of this name are there: add a column 编号/id";
                        return Err(cells.wrong(NAME, why));
                    }
                }
            }
        };
        let Some(first) = self.first.get(&id) else { return Ok(id) };
        Err(match stated {
            Some(id) => cells.wrong(ID, format!("the id {id} is row {first}'s already")),
            None => cells.wrong(
                NAME,
                format!("{name} is in row {first} already: a column 编号/id tells two apart"),
            ),
        })
    }

    fn grid(&self, cells: &Cells) -> Result<Option<GridCode>, Wrong> {
        let text = cells.text(GRID)?;
        if text.is_empty() {
            return Ok(None);
        }
        let code = GridCode::from(text);
        if self.known.ground.has_grid(&code) {
            Ok(Some(code))
        } else {
            Err(cells.wrong(GRID, format!("there is no micro-grid {text}")))
        }
    }

    fn team(
        &self,
        cells: &mut Cells,
        org: &OrgId,
        force: Force,
    ) -> Result<(Option<TeamId>, Option<Team>), Wrong> {
        let text = cells.text(TEAM)?.to_owned();
        if text.is_empty() {
            return Ok((None, None));
        }
        let all = || self.known.teams.iter().chain(self.teams.values());
        let by_id = all().find(|team| team.id.as_str() == text);
        let own = || all().find(|team| team.name == text && team.org == *org);
        let named: HashSet<&TeamId> =
            all().filter(|team| team.name == text).map(|team| &team.id).collect();
        let only = || all().find(|team| team.name == text).filter(|_| named.len() == 1);
        if let Some(team) = by_id.or_else(own).or_else(only) {
            if team.force != force {
                let why = format!("{text} is a team of {}, and its member is {force}", team.force);
                cells.warn(TEAM, why);
            }
            return Ok((Some(team.id.clone()), None));
        }
        let district = self.known.district.id.clone();
        let id = TeamId::from(derived_id("team", &[district.as_str(), org.as_str(), &text]));
        let team = Team { id: id.clone(), district, org: org.clone(), force, name: text };
        Ok((Some(id), Some(team)))
    }
}

pub(super) fn labelled<L: Labelled>(cells: &Cells, field: usize) -> Result<L, Wrong> {
    let text = cells.needed(field)?;
    let unknown = || cells.wrong(field, format!("{text:?} is none of {}", L::accepted()));
    L::named(text).ok_or_else(unknown)
}

/// The number is never repeated in a message: it may be somebody's.
fn phone(cells: &Cells) -> Result<Option<String>, Wrong> {
    let text = cells.text(PHONE)?;
    let bare: String = text.chars().filter(|c| !matches!(c, ' ' | '-' | '(' | ')')).collect();
    let digits = bare.strip_prefix('+').unwrap_or(&bare);
    match digits {
        "" => Ok(None),
        _ if PHONE_DIGITS.contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit()) => {
            Ok(Some(bare))
        }
        _ => Err(cells.wrong(PHONE, "this is no phone number")),
    }
}
