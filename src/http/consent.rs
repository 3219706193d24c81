//! Consent to positions: the text that is asked about, and what the member has said to it.

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::error::Answer;
use super::extract::{Params, SignedIn};
use super::refusals::DistrictRefusals;
use crate::app::App;
use crate::domain::ConsentSpan;
use crate::domain::consent::CONSENT_VERSION;

/// The languages that the text is written in.
#[derive(Debug, Clone, Copy, Default, Deserialize, ToSchema)]
pub(super) enum Language {
    /// Simplified Chinese, the text that counts.
    #[default]
    #[serde(rename = "zh-CN")]
    Chinese,
    /// English.
    #[serde(rename = "en")]
    English,
}

impl Language {
    /// The text of [`CONSENT_VERSION`].
    fn text(self) -> &'static str {
        match self {
            Self::Chinese => include_str!("../../docs/consent/1.zh-CN.md"),
            Self::English => include_str!("../../docs/consent/1.en.md"),
        }
    }
}

/// Which text is read.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Asked {
    /// `zh-CN` when it isn't said.
    #[serde(default)]
    #[param(inline, required = false)]
    language: Language,
}

/// What is asked, and what the member has said.
#[derive(Serialize, ToSchema)]
pub(super) struct Consent {
    /// The version that is asked for now.
    version: i64,
    /// The text, in Markdown.
    text: String,
    /// Whether it is given now, to this version.
    given: bool,
    /// What was said last, to whatever version; null when nothing was ever said.
    #[schema(required)]
    last: Option<ConsentSpan>,
}

/// The text on positions, and the member's own consent to it.
///
/// It is given and withdrawn by the commands `give_consent` and `withdraw_consent`.
#[utoipa::path(
    get, path = "/api/consent", tag = "duty", params(Asked),
    responses((status = 200, description = "The text and the answer.", body = Consent),
        DistrictRefusals)
)]
pub(super) async fn show(
    State(app): State<App>,
    me: SignedIn,
    Params(Asked { language }): Params<Asked>,
) -> Answer<Json<Consent>> {
    let last = app.store.last_consent(&me.member.id).await?;
    let given = last
        .as_ref()
        .is_some_and(|span| span.until_ms.is_none() && span.version == CONSENT_VERSION);
    let text = language.text().to_owned();
    Ok(Json(Consent { version: CONSENT_VERSION, text, given, last }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_text_of_the_version_that_is_asked_for_is_there_in_both_languages() {
        // A new version needs its own files: their names are in `Language::text`.
        assert_eq!(CONSENT_VERSION, 1);
        for (language, words) in [
            (Language::Chinese, &["撤回", "30 天", "一键求助", "谁看得到"][..]),
            (Language::English, &["withdraw", "30 days", "call for help", "Who sees it"]),
        ] {
            for word in words {
                assert!(language.text().contains(word), "{language:?}: {word}");
            }
        }
    }
}
