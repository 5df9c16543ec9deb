//! What is known about a person: the standard claims (OpenID Connect Core §5.1).

mod form;

use serde::{Deserialize, Serialize};
use symbolon_token::time::Time;
use thiserror::Error;

use form::{
    MAX_EMAIL, MAX_LINES, MAX_TEXT, MAX_URL, is_birthdate, is_email, is_lines, is_locale,
    is_phone_number, is_web, is_zone,
};

pub(super) use form::is_text;

/// The standard claims about a person. What is not known is absent.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Claims {
    /// Its whole name, as it is shown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Given or first names.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub given_name: Option<String>,
    /// Surnames.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub family_name: Option<String>,
    /// Middle names.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub middle_name: Option<String>,
    /// What it is called casually.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub nickname: Option<String>,
    /// What it wants to be called at a client. Not unique: the username is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub preferred_username: Option<String>,
    /// The URL of its profile page.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub profile: Option<String>,
    /// The URL of a picture of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub picture: Option<String>,
    /// The URL of its web page.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub website: Option<String>,
    /// Its email address; it signs in by it too.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// Whether the address was found to be its own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email_verified: Option<bool>,
    /// `female`, `male`, or another word.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gender: Option<String>,
    /// `YYYY-MM-DD`, `0000-MM-DD` without the year, or `YYYY`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub birthdate: Option<String>,
    /// Its time zone, as in `Europe/Paris`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub zoneinfo: Option<String>,
    /// Its language, as in `en-GB` (RFC 5646); `en_GB` is accepted too.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub locale: Option<String>,
    /// Its telephone number; E.164 is recommended.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phone_number: Option<String>,
    /// Whether the number was found to be its own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phone_number_verified: Option<bool>,
    /// Where it lives.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub address: Option<Address>,
    /// When any of this last changed, in seconds since 1970. Kept by us; what is sent is not used.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub updated_at: Option<i64>,
}

/// A postal address (OpenID Connect Core §5.1.1).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Address {
    /// The whole address, ready for a label; lines end with `\n`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub formatted: Option<String>,
    /// Street, house, postal box; lines end with `\n`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub street_address: Option<String>,
    /// City.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub locality: Option<String>,
    /// State, province.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub region: Option<String>,
    /// Postal code.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub postal_code: Option<String>,
    /// Country.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub country: Option<String>,
}

/// Which claim cannot be, and why.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum ClaimsError {
    /// Empty, too long, or with control characters.
    #[error("the claim {0} has 1 to {MAX_TEXT} bytes, none of them control characters")]
    Text(&'static str),
    /// The same, where line breaks are allowed.
    #[error("the claim {0} has 1 to {MAX_LINES} bytes, no control characters but line breaks")]
    Lines(&'static str),
    /// Not an `http` or `https` URL.
    #[error("the claim {0} is an http or https URL of at most {MAX_URL} bytes")]
    Url(&'static str),
    /// Not an address that mail could be sent to.
    #[error("the claim email is an address such as ada@example.com, of at most {MAX_EMAIL} bytes")]
    Email,
    /// Not a date.
    #[error("the claim birthdate is YYYY-MM-DD, 0000-MM-DD without the year, or YYYY")]
    Birthdate,
    /// Not a time zone's name.
    #[error("the claim zoneinfo is the name of a time zone, such as Europe/Paris")]
    Zoneinfo,
    /// Not a language tag.
    #[error("the claim locale is a language tag, such as en-GB (RFC 5646)")]
    Locale,
    /// Not a telephone number.
    #[error("the claim phone_number is a number such as +44 20 7946 0000, with digits in it")]
    PhoneNumber,
    /// Verified, but not there.
    #[error("the claim {0} stands without what was verified")]
    VerifiedNothing(&'static str),
}

/// A claim, what it must look like, and what is said where it does not.
type Rule<'a> = (&'a Option<String>, fn(&str) -> bool, ClaimsError);

impl Claims {
    /// Checks each claim.
    ///
    /// # Errors
    /// [`ClaimsError`] of the first that cannot be.
    pub fn check(&self) -> Result<(), ClaimsError> {
        for (claim, text) in self.texts() {
            if !text.as_ref().is_none_or(|text| is_text(text)) {
                return Err(ClaimsError::Text(claim));
            }
        }
        for (claim, text) in self.address.iter().flat_map(Address::lines) {
            if !text.as_ref().is_none_or(|text| is_lines(text)) {
                return Err(ClaimsError::Lines(claim));
            }
        }
        for (claim, url) in self.urls() {
            if !url.as_ref().is_none_or(|url| is_web(url)) {
                return Err(ClaimsError::Url(claim));
            }
        }
        let forms: [Rule<'_>; 5] = [
            (&self.email, is_email, ClaimsError::Email),
            (&self.birthdate, is_birthdate, ClaimsError::Birthdate),
            (&self.zoneinfo, is_zone, ClaimsError::Zoneinfo),
            (&self.locale, is_locale, ClaimsError::Locale),
            (
                &self.phone_number,
                is_phone_number,
                ClaimsError::PhoneNumber,
            ),
        ];
        for (text, is_form, error) in forms {
            if !text.as_deref().is_none_or(is_form) {
                return Err(error);
            }
        }
        if self.email_verified.is_some() && self.email.is_none() {
            return Err(ClaimsError::VerifiedNothing("email_verified"));
        }
        if self.phone_number_verified.is_some() && self.phone_number.is_none() {
            return Err(ClaimsError::VerifiedNothing("phone_number_verified"));
        }
        Ok(())
    }

    /// Whether nothing is known but perhaps when that was found.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        let nothing = Self {
            updated_at: self.updated_at,
            ..Self::default()
        };
        *self == nothing
    }

    /// The same, last changed now.
    #[must_use]
    pub(super) fn updated(self, now: Time) -> Self {
        Self {
            updated_at: Some(now.0.div_euclid(1000)),
            ..self
        }
    }

    fn texts(&self) -> impl Iterator<Item = (&'static str, &Option<String>)> {
        let own = [
            ("name", &self.name),
            ("given_name", &self.given_name),
            ("family_name", &self.family_name),
            ("middle_name", &self.middle_name),
            ("nickname", &self.nickname),
            ("preferred_username", &self.preferred_username),
            ("gender", &self.gender),
        ];
        own.into_iter()
            .chain(self.address.iter().flat_map(Address::texts))
    }

    fn urls(&self) -> [(&'static str, &Option<String>); 3] {
        [
            ("profile", &self.profile),
            ("picture", &self.picture),
            ("website", &self.website),
        ]
    }
}

impl Address {
    fn texts(&self) -> [(&'static str, &Option<String>); 4] {
        [
            ("address.locality", &self.locality),
            ("address.region", &self.region),
            ("address.postal_code", &self.postal_code),
            ("address.country", &self.country),
        ]
    }

    fn lines(&self) -> [(&'static str, &Option<String>); 2] {
        [
            ("address.formatted", &self.formatted),
            ("address.street_address", &self.street_address),
        ]
    }
}

#[cfg(test)]
mod tests;
