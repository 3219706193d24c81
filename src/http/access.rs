//! Who may come to an endpoint at all: said where it is added, and held before its handler.
//!
//! Invariant: no endpoint is added without its access, so the list here is whole; what else
//! decides (district, organisation, own things) the handler asks of the matrix by itself.

use std::convert::Infallible;

use axum::Extension;
use axum::extract::{Request, State};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use utoipa_axum::router::{OpenApiRouter, UtoipaMethodRouter, UtoipaMethodRouterExt};

use super::error::{Answer, Refused};
use super::extract::token;
use crate::app::App;
use crate::auth::{Action, Denied, Grant, grant, seat};
use crate::domain::Member;
use crate::protocol::{Code, Refusal};

/// Who may come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Everybody, signed in or not; with the reason.
    Anybody(&'static str),
    /// Whoever is signed in, also with a one-time password that must be changed first.
    Newcomer,
    /// Whoever is signed in: it is about themselves.
    SignedIn,
    /// Whoever the matrix grants one of these in some way.
    Granted(&'static [Action]),
}

/// An endpoint with its access.
#[derive(Debug, Clone)]
pub struct Endpoint {
    /// In lower case.
    pub method: &'static str,
    /// As in the document.
    pub path: String,
    /// Who may come.
    pub access: Access,
}

/// The endpoints as they are added.
pub(super) struct Endpoints {
    app: Option<App>,
    pub(super) router: OpenApiRouter<App>,
    pub(super) list: Vec<Endpoint>,
}

impl Endpoints {
    /// None yet. Without an app they are only listed and described.
    pub(super) fn new(router: OpenApiRouter<App>, app: Option<App>) -> Self {
        Self { app, router, list: Vec::new() }
    }

    /// Adds the methods of one path, with who may come.
    pub(super) fn add(mut self, access: Access, routes: UtoipaMethodRouter<App>) -> Self {
        for (path, item) in &routes.1.paths {
            let methods = [
                ("get", &item.get),
                ("post", &item.post),
                ("put", &item.put),
                ("patch", &item.patch),
                ("delete", &item.delete),
            ];
            let described = methods.into_iter().filter(|(_, operation)| operation.is_some());
            self.list.extend(described.map(|(method, _)| Endpoint {
                method,
                path: path.clone(),
                access,
            }));
        }
        let routes = match (&self.app, access) {
            (None, _) | (_, Access::Anybody(_)) => routes,
            (Some(app), _) => {
                let guard = from_fn_with_state(app.clone(), guard);
                routes.map(|methods| methods.layer::<_, Infallible>(guard).layer(Extension(access)))
            }
        };
        self.router = self.router.routes(routes);
        self
    }
}

/// Finds out who asks, once a request, and turns away whom the matrix grants nothing here.
async fn guard(
    State(app): State<App>,
    Extension(access): Extension<Access>,
    mut request: Request,
    next: Next,
) -> Response {
    let token = token(request.headers());
    let found = match access {
        Access::Newcomer => app.newcomer(token.as_deref()).await,
        _ => app.caller_of(token.as_deref()).await,
    };
    let caller = match found {
        Ok(caller) => caller,
        Err(refusal) => return Refused(refusal).into_response(),
    };
    if let Err(refused) = come(access, &caller.member) {
        return refused.into_response();
    }
    request.extensions_mut().insert(caller);
    next.run(request).await
}

fn come(access: Access, member: &Member) -> Answer<()> {
    let Access::Granted(actions) = access else { return Ok(()) };
    let denied = |action| Denied { action, seat: seat(member).as_str() };
    match actions {
        [] => Err(Refusal::new(Code::Forbidden, "nobody may").into()),
        _ if actions.iter().any(|action| grant(member, *action) != Grant::No) => Ok(()),
        [first, ..] => Err(denied(*first).into()),
    }
}
