//! Personal data apart: masked, shown for a reason that is written down, erased; and the audit
//! log that tells of it, which can't be altered unnoticed.

mod audit;
mod hostile;
mod officers;
mod parties;
mod silence;

use serde_json::{Value, json};
use xunfang::auth::{Actor, password};
use xunfang::command::{AccountSeed, Command, MemberSeed, Settlement};
use xunfang::domain::{DistrictId, Force, IncidentId, Member, PartyId, Role};
use xunfang::store::account::Account;

use crate::support::http::{Answer, Ask};
use crate::support::node::{TestNode, fresh};
use crate::support::seed;

/// The name and the phone of nobody.
pub(crate) const NAME: &str = "张三丰";
pub(crate) const PHONE: &str = "10000000077";

/// Adds an audit administrator of the seeded district, with the account `auditor`.
pub(crate) async fn auditor(node: &TestNode) -> String {
    settled(node, "auditor", Role::AuditAdmin).await
}

/// Adds a member of the seeded district with an account of their id, and signs them in.
pub(crate) async fn settled(node: &TestNode, id: &str, role: Role) -> String {
    let member = Member {
        id: id.into(),
        district: DistrictId::from(seed::DISTRICT),
        org: "community".into(),
        force: Force::Volunteer,
        role,
        team: None,
        grid: None,
        name: format!("演示{id}"),
    };
    let account = AccountSeed(Account {
        id: id.into(),
        member: member.id.clone(),
        username: id.to_owned(),
        password_hash: password::hash(seed::PASSWORD).unwrap(),
        must_change: false,
        disabled_ms: None,
    });
    let settlement = Settlement {
        members: vec![MemberSeed { member, phone: None }],
        accounts: vec![account],
        ..Settlement::of(DistrictId::from(seed::DISTRICT))
    };
    let settle = Command::Settle(Box::new(settlement));
    node.app.writer.apply(Actor::System, settle).await.unwrap();
    node.token(id).await
}

/// Posts a JSON body as this account.
pub(crate) async fn posts(node: &TestNode, account: &str, path: &str, body: &Value) -> Answer {
    let (token, body) = (node.token(account).await, body.to_string());
    node.ask(Ask::post(path, &body).by(&token)).await
}

/// Enters a caller of this incident as this account.
pub(crate) async fn enters(node: &TestNode, account: &str, incident: &IncidentId) -> PartyId {
    let party = PartyId::from(fresh("party"));
    let body = json!({ "party": party, "part": "reporter", "name": NAME, "phone": PHONE,
        "note": "住三楼" });
    let path = format!("/api/incidents/{incident}/parties");
    let answer = posts(node, account, &path, &body).await;
    assert_eq!(answer.status, 201, "{account}: {}", answer.text());
    assert_eq!(
        (&answer.json()["name"], &answer.json()["phone"]),
        (&json!("张**"), &json!("100****0077"))
    );
    party
}
