//! Compare `typ` (RFC 7515 §4.1.9), the mark that keeps tokens of one kind from serving as another
//! (RFC 8725 §3.11).

/// What `typ` a verifier accepts. Media types match without regard to case, with or without the
/// prefix `application/`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Typ<'a> {
    /// One of these must stand there.
    AnyOf(&'a [&'a str]),
    /// One of these, or none at all.
    AbsentOr(&'a [&'a str]),
    /// Anything: for payloads whose kind is told by other means.
    Unchecked,
}

impl Typ<'_> {
    /// Whether a header's `typ` is acceptable.
    #[must_use]
    pub fn accepts(&self, typ: Option<&str>) -> bool {
        match (self, typ) {
            (Self::Unchecked, _) | (Self::AbsentOr(_), None) => true,
            (Self::AnyOf(_), None) => false,
            (Self::AnyOf(names) | Self::AbsentOr(names), Some(typ)) => {
                let typ = without_prefix(typ);
                names.iter().any(|name| name.eq_ignore_ascii_case(typ))
            }
        }
    }
}

/// Drops `application/` where no other slash follows.
fn without_prefix(typ: &str) -> &str {
    const PREFIX: &str = "application/";
    match typ.split_at_checked(PREFIX.len()) {
        Some((prefix, rest)) if prefix.eq_ignore_ascii_case(PREFIX) && !rest.contains('/') => rest,
        Some(_) | None => typ,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn media_types_match_in_any_case_with_or_without_their_prefix() {
        let wanted = Typ::AnyOf(&["at+jwt"]);
        for typ in [
            "at+jwt",
            "AT+JWT",
            "application/at+jwt",
            "Application/At+JWT",
        ] {
            assert!(wanted.accepts(Some(typ)), "{typ}");
        }
        for typ in [
            "",
            "JWT",
            "at+jwt ",
            "text/at+jwt",
            "application/",
            "application/x/at+jwt",
            "at",
        ] {
            assert!(!wanted.accepts(Some(typ)), "{typ}");
        }
    }

    #[test]
    fn only_where_it_is_said_may_typ_be_absent() {
        assert!(!Typ::AnyOf(&["JWT"]).accepts(None));
        assert!(Typ::AbsentOr(&["JWT"]).accepts(None));
        assert!(!Typ::AbsentOr(&["JWT"]).accepts(Some("at+jwt")));
        assert!(!Typ::AbsentOr(&["JWT"]).accepts(Some("")));
        assert!(Typ::Unchecked.accepts(Some("at+jwt")));
    }
}
