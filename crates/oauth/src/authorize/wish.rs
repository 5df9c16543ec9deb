//! The parameter `claims` (OpenID Connect Core §5.5): what a client wishes to be told, by name.
//!
//! Values and whether a claim is essential are wishes too, but for two: the person (`sub`, §5.5.1),
//! and how he proves himself where that is essential (`acr`, §5.5.1.1).

use serde_json::{Map, Value};
use symbolon_signin::flow;

use crate::error::{ErrorCode, OauthError};
use crate::userinfo::is_claim;

/// Claims that may be asked for by name, of ID token and userinfo each.
const MAX_CLAIMS: usize = 40;

/// What a client wishes to be told.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Wishes {
    /// Claims of the ID token, by name.
    pub(super) id_token: Vec<String>,
    /// Claims of userinfo, by name.
    pub(super) userinfo: Vec<String>,
    /// The person who must be signed in.
    pub(super) sub: Option<String>,
}

impl Wishes {
    /// Reads the parameter. Claims that nobody knows are ignored.
    ///
    /// # Errors
    /// `invalid_request`; `unmet_authentication_requirements` for an essential `acr` that no sign-in
    /// here reaches.
    pub(super) fn parse(text: &str) -> Result<Self, OauthError> {
        let asked: Value = serde_json::from_str(text).map_err(|_| broken())?;
        let asked = asked.as_object().ok_or_else(broken)?;
        let (id_token, userinfo) = (part(asked, "id_token")?, part(asked, "userinfo")?);
        reached(id_token)?;
        let sub = id_token.and_then(|part| part.get("sub")?.get("value")?.as_str());
        Ok(Self {
            id_token: names(id_token),
            userinfo: names(userinfo),
            sub: sub.map(str::to_owned),
        })
    }
}

type Part = Map<String, Value>;

fn part<'a>(asked: &'a Part, member: &str) -> Result<Option<&'a Part>, OauthError> {
    let Some(named) = asked.get(member).filter(|named| !named.is_null()) else {
        return Ok(None);
    };
    let named = named.as_object().ok_or_else(broken)?;
    if named.len() > MAX_CLAIMS {
        let text = format!("claims names at most {MAX_CLAIMS} claims each");
        return Err(OauthError::new(ErrorCode::InvalidRequest, text));
    }
    Ok(Some(named))
}

fn names(part: Option<&Part>) -> Vec<String> {
    let names = part.into_iter().flat_map(Map::keys);
    names.filter(|name| is_claim(name)).cloned().collect()
}

/// Whether a sign-in by password, the only one there is, reaches what is essential.
fn reached(id_token: Option<&Part>) -> Result<(), OauthError> {
    let Some(acr) = id_token.and_then(|part| part.get("acr")) else {
        return Ok(());
    };
    let value = acr.get("value").into_iter();
    let values = acr.get("values").and_then(Value::as_array);
    let mut wanted = value.chain(values.into_iter().flatten()).peekable();
    let is_essential = acr.get("essential") == Some(&Value::Bool(true));
    if !is_essential || wanted.peek().is_none() {
        return Ok(());
    }
    let mut wanted = wanted.filter_map(Value::as_str);
    if wanted.any(|one| flow::satisfies(flow::SINGLE, one)) {
        return Ok(());
    }
    Err(OauthError::new(
        ErrorCode::UnmetAuthenticationRequirements,
        "the acr asked for is essential, and people prove themselves by one factor here",
    ))
}

fn broken() -> OauthError {
    OauthError::new(
        ErrorCode::InvalidRequest,
        "claims must be a JSON object (OpenID Connect Core 5.5)",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn claims_are_read_by_name_and_strange_ones_ignored() {
        let text = r#"{"id_token": {"email": null, "x": null}, "userinfo": null}"#;
        let expected = Wishes {
            id_token: vec!["email".to_owned()],
            ..Wishes::default()
        };
        assert_eq!(Wishes::parse(text), Ok(expected));
    }

    #[test]
    fn what_is_no_object_is_refused() {
        for text in ["1", "{", r#"{"id_token": 1}"#, r#"{"userinfo": []}"#] {
            let refused = Wishes::parse(text).unwrap_err();
            assert_eq!(refused.code, ErrorCode::InvalidRequest, "{text}");
        }
    }

    #[test]
    fn the_person_may_be_named() {
        let text = r#"{"id_token": {"sub": {"value": "ada"}}}"#;
        assert_eq!(Wishes::parse(text).unwrap().sub.as_deref(), Some("ada"));
    }

    #[test]
    fn an_essential_acr_must_be_reached() {
        let asked = |acr: &str| Wishes::parse(&format!(r#"{{"id_token": {{"acr": {acr}}}}}"#));
        let unmet = ErrorCode::UnmetAuthenticationRequirements;
        for acr in [
            r#"{"essential": true, "values": ["urn:symbolon:acr:multi"]}"#,
            r#"{"essential": true, "value": "phr"}"#,
        ] {
            assert_eq!(asked(acr).unwrap_err().code, unmet, "{acr}");
        }
        for acr in [
            "null",
            r#"{"essential": true}"#,
            r#"{"values": ["urn:symbolon:acr:multi"]}"#,
            r#"{"essential": true, "values": ["phr", "urn:symbolon:acr:single"]}"#,
        ] {
            assert!(asked(acr).is_ok(), "{acr}");
        }
    }
}
