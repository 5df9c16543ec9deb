//! What a rendered page is: status, HTML, and the headers that must go with it.
//!
//! The policy has no `form-action`: browsers hold it against redirects after a form too, so that
//! `'self'` would stop the way back to the application. There is no `Cross-Origin-Opener-Policy`
//! either: it would cut a sign-in in a popup from the page that opened it.

use askama::Template;

/// A page, ready to be sent. The headers are [`Page::headers`]. It may carry a code or the token of a
/// form: it does not print.
#[derive(Clone)]
pub struct Page {
    /// The HTTP status, `200` unless the page tells of a fault.
    pub status: u16,
    /// The whole document, UTF-8.
    pub html: String,
    /// What the browser may load and run.
    pub csp: Csp,
}

/// What the browser may load and run: the page's Content-Security-Policy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Csp {
    /// Styles and images from the issuer's origin, nothing else, and no script at all.
    Strict,
    /// The same, and the scripts of the issuer's origin.
    Script,
}

/// One header: its name in lower case, its value.
pub type Header = (&'static str, &'static str);

const COMMON: [Header; 5] = [
    ("content-type", "text/html; charset=utf-8"),
    ("cache-control", "no-store"),
    ("referrer-policy", "no-referrer"),
    ("x-content-type-options", "nosniff"),
    ("x-frame-options", "DENY"),
];

const STRICT: Header = (
    "content-security-policy",
    "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; \
     frame-ancestors 'none'",
);

const SCRIPT: Header = (
    "content-security-policy",
    "default-src 'none'; style-src 'self'; img-src 'self'; script-src 'self'; base-uri 'none'; \
     frame-ancestors 'none'",
);

/// What a page holds beyond its template's own text: a sealed request, names, a token or two.
const VALUES_BYTES: usize = 3 * 1024;

impl Page {
    /// Every header that the page must carry, names in lower case, each once.
    #[must_use]
    pub fn headers(&self) -> [Header; 6] {
        let [content, cache, referrer, sniff, frame] = COMMON;
        let policy = match self.csp {
            Csp::Strict => STRICT,
            Csp::Script => SCRIPT,
        };
        [content, policy, cache, referrer, sniff, frame]
    }
}

/// Renders a page that runs no script.
pub(crate) fn strict<T: Template>(status: u16, template: &T) -> Page {
    render(status, Csp::Strict, template)
}

/// Renders a page that runs a script of ours.
pub(crate) fn scripted<T: Template>(status: u16, template: &T) -> Page {
    render(status, Csp::Script, template)
}

fn render<T: Template>(status: u16, csp: Csp, template: &T) -> Page {
    let mut html = String::with_capacity(T::SIZE_HINT + VALUES_BYTES);
    template
        .render_into(&mut html)
        .expect("writing into a String cannot fail, nor can showing the values of a page");
    Page { status, html, csp }
}
