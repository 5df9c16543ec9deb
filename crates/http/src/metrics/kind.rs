//! The groups that replies are counted by: few, and none of a caller's choosing.

/// Which route answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Route {
    /// Everything without a group of its own.
    Other,
    /// The token endpoint.
    Token,
    /// Introspection.
    Introspect,
    /// Revocation.
    Revoke,
    /// The realm's public keys.
    Jwks,
    /// The well-known documents.
    Metadata,
    /// The management API.
    Management,
    /// `/healthz`, `/readyz`, `/metrics`.
    Health,
    /// The demo resource.
    Demo,
    /// The first start's link.
    Setup,
    /// The authorization endpoint.
    Authorize,
    /// Userinfo.
    Userinfo,
    /// Pages that people see, and what they load.
    Page,
    /// What proxies ask.
    Gate,
    /// What verifiers are told.
    Feed,
}

impl Route {
    /// Every group, in the order of its number.
    pub(crate) const ALL: [Self; 15] = [
        Self::Other,
        Self::Token,
        Self::Introspect,
        Self::Revoke,
        Self::Jwks,
        Self::Metadata,
        Self::Management,
        Self::Health,
        Self::Demo,
        Self::Setup,
        Self::Authorize,
        Self::Userinfo,
        Self::Page,
        Self::Gate,
        Self::Feed,
    ];

    /// The group of a realm's own path.
    pub(crate) fn of(path: &str) -> Self {
        let Some(rest) = path.strip_prefix('/') else {
            return Self::Other;
        };
        let first = rest.split_once('/').map_or(rest, |(first, _)| first);
        match first {
            "token" => Self::Token,
            "introspect" => Self::Introspect,
            "revoke" => Self::Revoke,
            "authorize" => Self::Authorize,
            "userinfo" => Self::Userinfo,
            "" if rest.is_empty() => Self::Page,
            "assets" | "consent" | "logout" | "set-password" | "sign-in" | "sign-out" => Self::Page,
            "feed" => Self::Feed,
            "jwks" => Self::Jwks,
            ".well-known" => Self::Metadata,
            "v1" => Self::Management,
            "healthz" | "readyz" | "metrics" => Self::Health,
            "demo" => Self::Demo,
            "gate" | "envoy.service.auth.v3.Authorization" => Self::Gate,
            "setup" => Self::Setup,
            _ => Self::Other,
        }
    }

    /// The label.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Other => "other",
            Self::Token => "token",
            Self::Introspect => "introspect",
            Self::Revoke => "revoke",
            Self::Authorize => "authorize",
            Self::Userinfo => "userinfo",
            Self::Page => "page",
            Self::Feed => "feed",
            Self::Jwks => "jwks",
            Self::Metadata => "metadata",
            Self::Management => "management",
            Self::Health => "health",
            Self::Demo => "demo",
            Self::Setup => "setup",
            Self::Gate => "gate",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_stand_in_the_order_of_their_numbers() {
        for (at, route) in Route::ALL.into_iter().enumerate() {
            assert_eq!(route as usize, at, "{route:?}");
        }
    }

    #[test]
    fn what_a_caller_invents_has_no_group_of_its_own() {
        assert_eq!(Route::of("/token"), Route::Token);
        assert_eq!(Route::of("/v1/clients/x"), Route::Management);
        assert_eq!(Route::of("/"), Route::Page);
        for path in ["*", "/tokens", "//token", "/x/token"] {
            assert_eq!(Route::of(path), Route::Other, "{path}");
        }
    }
}
