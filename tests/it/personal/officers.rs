//! Police rules: auxiliaries act under a named officer, guards are never alone at 刑事, and what
//! came in as a police matter is closed by police.

use xunfang::client::Client;
use xunfang::domain::{
    AssignmentMove, AssignmentState, Incident, IncidentId, IncidentMove, IncidentState, Level,
    MemberId,
};
use xunfang::protocol::{Code, Request};

use crate::http::{of_district, reads};
use crate::support::node::{NOW_MS, TestNode, fresh, moved, refusal, report, sign_on};
use crate::support::{Backend, seed};
use crate::workflow::{responds, sees, sees_state, state_of};

on_both!(
    an_auxiliary_signs_on_under_a_named_officer,
    guards_go_to_criminal_cases_with_police_only,
    guards_are_called_back_when_police_are_gone,
    what_came_in_as_a_police_matter_is_closed_by_police,
);

fn signs_on(officer: Option<&str>) -> Request {
    let officer = officer.map(MemberId::from);
    Request::SignOn { shift: fresh("shift").into(), officer }
}

async fn an_auxiliary_signs_on_under_a_named_officer(backend: Backend) {
    let node = TestNode::seeded(&backend).await;
    seed::district_called(&node.app.writer, "420882003", "-b").await;
    let (auxiliary, desk) = (node.client("auxiliary").await, node.client("dispatch").await);
    for officer in [None, Some("guard"), Some("dispatch"), Some("police-b"), Some("nobody")] {
        let refused = refusal(auxiliary.request(signs_on(officer)).await);
        let found = (refused.code, refused.field.as_deref());
        assert_eq!(found, (Code::Invalid, Some("officer")), "{officer:?}");
    }
    let outcome = auxiliary.request(signs_on(Some("police"))).await.unwrap();
    let shift = outcome.shift.unwrap();
    assert_eq!(shift.officer_name.as_deref(), Some("演示police"));
    // Others act under nobody, whatever their phone says.
    let guard = node.client("guard").await;
    let shift = guard.request(signs_on(Some("police"))).await.unwrap().shift.unwrap();
    assert_eq!((shift.officer, shift.officer_name), (None, None));
    let id = IncidentId::from(fresh("incident"));
    auxiliary.request(report(&id, Some(seed::in_park()), "hazard.manhole")).await.unwrap();
    sees_state(&desk, &id, IncidentState::Pending).await;
    let detail = reads(&node, "dispatch", &format!("/api/incidents/{id}")).await;
    assert_eq!(detail["timeline"][0]["officer"], "演示police");
    let officers = reads(&node, "auxiliary", &of_district("officers")).await;
    let ids: Vec<&str> =
        officers.as_array().unwrap().iter().map(|each| each["id"].as_str().unwrap()).collect();
    assert_eq!(ids, ["chief", "police"]);
    node.stop().await;
}

/// Everybody on duty, and a graded incident of this kind in the park.
struct Scene {
    desk: Client,
    police: Client,
    guard: Client,
    id: IncidentId,
}

async fn scene(node: &TestNode, kind: &str) -> Scene {
    let (desk, police) = (node.client("dispatch").await, node.client("police").await);
    let (guard, reporter) = (node.client("guard").await, node.client("property").await);
    for client in [&police, &guard, &reporter] {
        sign_on(client).await;
    }
    let id = IncidentId::from(fresh("incident"));
    let request = Request::ReportIncident {
        incident: id.clone(),
        point: Some(seed::in_park()),
        kind: kind.into(),
        observed_ms: NOW_MS,
        text: None,
        drill: false,
    };
    reporter.request(request).await.unwrap();
    sees_state(&desk, &id, IncidentState::Pending).await;
    let accept = IncidentMove::Accept { level: Level::Three, grid: None };
    desk.request(moved(&id, accept)).await.unwrap();
    Scene { desk, police, guard, id }
}

impl Scene {
    async fn desk(&self, step: IncidentMove) {
        self.desk.request(moved(&self.id, step)).await.unwrap();
    }

    /// A move of a team's call.
    async fn team(&self, client: &Client, team: &str, step: AssignmentMove) {
        let seen = sees(&self.desk, &self.id, |seen| {
            seen.assignments.iter().any(|a| a.team.as_str() == team)
        })
        .await;
        let assignment = seen.assignments.iter().rev().find(|a| a.team.as_str() == team).unwrap();
        client.request(responds(&self.id, &assignment.id, step)).await.unwrap();
    }
}

fn of_team(incident: &Incident, team: &str) -> AssignmentState {
    incident.assignments.iter().rev().find(|a| a.team.as_str() == team).unwrap().state
}

fn dispatch(lead: &str, support: &[&str]) -> IncidentMove {
    let support = support.iter().map(|team| (*team).into()).collect();
    IncidentMove::Dispatch { lead: lead.into(), support }
}

fn decline() -> AssignmentMove {
    AssignmentMove::Decline { reason: "另有任务".to_owned() }
}

async fn guards_go_to_criminal_cases_with_police_only(backend: Backend) {
    let node = TestNode::seeded(&backend).await;
    let scene = scene(&node, "criminal").await;
    let alone = refusal(scene.desk.request(moved(&scene.id, dispatch("guard", &[]))).await);
    assert_eq!((alone.code, alone.field.as_deref()), (Code::Forbidden, Some("lead")));
    let with_property = moved(&scene.id, dispatch("guard", &["property"]));
    assert_eq!(refusal(scene.desk.request(with_property).await).code, Code::Forbidden);
    scene.desk(dispatch("police", &[])).await;
    let reinforce = |teams: &[&str]| IncidentMove::Reinforce {
        support: teams.iter().map(|team| (*team).into()).collect(),
    };
    scene.desk(reinforce(&["guard"])).await;
    // The lead is taken from police: nobody else's police is left, so a guard can't have it.
    let reassign = IncidentMove::Reassign { lead: "property".into(), reason: "换人".to_owned() };
    let refused = refusal(scene.desk.request(moved(&scene.id, reassign)).await);
    assert_eq!((refused.code, refused.field.as_deref()), (Code::Forbidden, Some("lead")));
    node.stop().await;
}

async fn guards_are_called_back_when_police_are_gone(backend: Backend) {
    let node = TestNode::seeded(&backend).await;
    let scene = scene(&node, "criminal").await;
    // Police lead and decline; the guards are on their way.
    scene.desk(dispatch("police", &["guard", "property"])).await;
    scene.team(&scene.guard, "guard", AssignmentMove::Take {}).await;
    scene.team(&scene.police, "police", decline()).await;
    let left = |seen: &Incident| of_team(seen, "guard") == AssignmentState::Recalled;
    let seen = sees(&scene.desk, &scene.id, left).await;
    assert_eq!(of_team(&seen, "property"), AssignmentState::Recalled);
    assert_eq!((seen.state, seen.moved_by), (IncidentState::Accepted, None));
    let path = format!("/api/incidents/{}", scene.id);
    let detail = reads(&node, "dispatch", &path).await;
    let last = detail["timeline"].as_array().unwrap().last().unwrap().clone();
    assert_eq!((&last["action"], &last["actor"]), (&"recall_unescorted".into(), &().into()));
    assert_eq!(last["team"].as_str().map(|names| names.split('、').count()), Some(2));
    // Guards lead beside police, who decline: the call is open again.
    scene.desk(dispatch("guard", &["police"])).await;
    scene.team(&scene.guard, "guard", AssignmentMove::Take {}).await;
    scene.team(&scene.police, "police", decline()).await;
    let again = sees(&scene.desk, &scene.id, |seen| {
        seen.state == IncidentState::Accepted && of_team(seen, "guard") == AssignmentState::Recalled
    })
    .await;
    assert!(again.lead().is_none());
    // Whoever is at the scene already stays and protects it.
    scene.desk(dispatch("guard", &["police"])).await;
    for step in [
        AssignmentMove::Take {},
        AssignmentMove::Arrive { point: Some(seed::in_park()), manual_reason: None },
    ] {
        scene.team(&scene.guard, "guard", step).await;
    }
    scene.team(&scene.police, "police", decline()).await;
    let stays =
        sees(&scene.desk, &scene.id, |seen| of_team(seen, "police") == AssignmentState::Declined)
            .await;
    assert_eq!(
        (stays.state, of_team(&stays, "guard")),
        (IncidentState::OnScene, AssignmentState::OnScene)
    );
    node.stop().await;
}

async fn what_came_in_as_a_police_matter_is_closed_by_police(backend: Backend) {
    let node = TestNode::seeded(&backend).await;
    let scene = scene(&node, "security").await;
    scene.desk(dispatch("police", &["guard"])).await;
    for step in [
        AssignmentMove::Take {},
        AssignmentMove::Arrive { point: Some(seed::in_park()), manual_reason: None },
    ] {
        scene.team(&scene.police, "police", step).await;
    }
    let record = IncidentMove::Record { note: "现场核实".to_owned() };
    scene.police.request(moved(&scene.id, record)).await.unwrap();
    // Called something else in the end, it is still theirs.
    let feedback = IncidentMove::Feedback { result: "误会".to_owned(), kind: "help.sos".into() };
    let outcome = scene.police.request(moved(&scene.id, feedback)).await.unwrap();
    assert_eq!(state_of(&outcome), IncidentState::Review);
    let approve = || moved(&scene.id, IncidentMove::Approve { note: None });
    assert_eq!(refusal(scene.desk.request(approve()).await).code, Code::Forbidden);
    let chief = node.client("chief").await;
    let closed = chief.request(approve()).await.unwrap();
    assert_eq!(state_of(&closed), IncidentState::Closed);
    node.stop().await;
}
