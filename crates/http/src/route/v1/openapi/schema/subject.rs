//! Subjects.

use super::Kind::{Flag, ListOf, Number, Object, OneOf, OptionalNumber, OptionalText, Text};
use super::{CREATED, ID, Member, NEXT, STATES, Schema, more, object};

const WHOSE: Member = ("subject", Text, "The person whose it is");

/// Subjects, and what is known about persons (OpenID Connect Core §5.1).
pub(in super::super) const SUBJECTS: [Schema; 10] = [
    object(
        "SubjectSettings",
        &[
            (
                "name",
                OptionalText,
                "What operators call it; a person's follows from its claim name, or its username",
            ),
            (
                "username",
                OptionalText,
                "A person: what it types to sign in",
            ),
            (
                "claims",
                Object("Claims"),
                "A person: what is known about it",
            ),
        ],
    ),
    object(
        "Claims",
        &[
            ("name", OptionalText, "Its whole name, as it is shown"),
            ("given_name", OptionalText, "Given or first names"),
            ("family_name", OptionalText, "Surnames"),
            ("middle_name", OptionalText, "Middle names"),
            ("nickname", OptionalText, "What it is called casually"),
            (
                "preferred_username",
                OptionalText,
                "What it wants to be called at a client; not unique",
            ),
            ("profile", OptionalText, "URL of its profile page"),
            ("picture", OptionalText, "URL of a picture of it"),
            ("website", OptionalText, "URL of its web page"),
            (
                "email",
                OptionalText,
                "Its email address; it signs in by it too, so it is one living person's",
            ),
            (
                "email_verified",
                Flag,
                "Whether the address was found to be its own",
            ),
            ("gender", OptionalText, "female, male, or another word"),
            (
                "birthdate",
                OptionalText,
                "YYYY-MM-DD, 0000-MM-DD without the year, or YYYY",
            ),
            (
                "zoneinfo",
                OptionalText,
                "Its time zone, such as Europe/Paris",
            ),
            ("locale", OptionalText, "Its language, such as en-GB"),
            (
                "phone_number",
                OptionalText,
                "Its telephone number; E.164 is recommended",
            ),
            (
                "phone_number_verified",
                Flag,
                "Whether the number was found to be its own",
            ),
            ("address", Object("Address"), "Where it lives"),
            (
                "updated_at",
                OptionalNumber,
                "When any of this last changed, in seconds; what is sent is not used",
            ),
        ],
    ),
    object(
        "Address",
        &[
            (
                "formatted",
                OptionalText,
                "The whole of it, ready for a label",
            ),
            ("street_address", OptionalText, "Street, house, postal box"),
            ("locality", OptionalText, "City"),
            ("region", OptionalText, "State, province"),
            ("postal_code", OptionalText, "Postal code"),
            ("country", OptionalText, "Country"),
        ],
    ),
    more(
        "NewSubject",
        "SubjectSettings",
        &[(
            "kind",
            OneOf(&["person", "device", "agent"]),
            "What it is; a service comes with its client",
        )],
    ),
    more(
        "Subject",
        "SubjectSettings",
        &[
            ID,
            (
                "kind",
                OneOf(&["person", "service", "device", "agent"]),
                "What it is",
            ),
            ("name", Text, "What operators call it"),
            ("client", OptionalText, "A service: the id of its client"),
            CREATED,
            ("state", STATES, "How it stands"),
        ],
    ),
    object(
        "SubjectPage",
        &[("items", ListOf("Subject"), "Oldest first"), NEXT],
    ),
    object(
        "PasswordLink",
        &[
            (
                "url",
                Text,
                "The link, for the person alone; shown this once",
            ),
            (
                "expires_at",
                Number,
                "When it ends, in milliseconds; also once it is used, or another is issued",
            ),
        ],
    ),
    object(
        "Password",
        &[
            WHOSE,
            (
                "state",
                OneOf(&["live", "disabled", "none"]),
                "How it stands; none: the person has no password",
            ),
            ("id", OptionalText, "Its id; absent where there is none"),
            (
                "created_at",
                OptionalNumber,
                "When it was set, in milliseconds; absent where there is none",
            ),
        ],
    ),
    object(
        "PasswordState",
        &[
            WHOSE,
            ("state", OneOf(&["live", "disabled"]), "How it stands"),
        ],
    ),
    object("SubjectState", &[ID, ("state", STATES, "How it stands")]),
];
