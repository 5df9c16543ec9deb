//! Every claim before every proxy.

use crate::claim;
use crate::proxy::Kind;

macro_rules! before {
    ($($proxy:ident: $kind:expr;)*) => {$(
        mod $proxy {
            use super::*;

            #[test]
            fn the_service_hears_of_a_client_what_the_gate_says() {
                claim::the_service_hears_of_a_client_what_the_gate_says($kind);
            }

            #[test]
            fn the_token_stays_at_the_proxy_where_the_route_says_so() {
                claim::the_token_stays_at_the_proxy_where_the_route_says_so($kind);
            }

            #[test]
            fn nobody_is_told_as_nobody() {
                claim::nobody_is_told_as_nobody($kind);
            }

            #[test]
            fn who_may_not_pass_is_told_why() {
                claim::who_may_not_pass_is_told_why($kind);
            }

            #[test]
            fn other_spellings_of_identity_headers_end_a_request() {
                claim::other_spellings_of_identity_headers_end_a_request($kind);
            }

            #[test]
            fn no_client_takes_an_identity_header_away() {
                claim::no_client_takes_an_identity_header_away($kind);
            }

            #[test]
            fn a_client_does_not_say_what_is_asked() {
                claim::a_client_does_not_say_what_is_asked($kind);
            }

            #[test]
            fn a_body_reaches_the_service_alone() {
                claim::a_body_reaches_the_service_alone($kind);
            }

            #[test]
            fn a_revoked_token_is_refused_at_once() {
                claim::a_revoked_token_is_refused_at_once($kind);
            }

            #[test]
            fn without_an_authority_or_a_gate_nobody_passes() {
                claim::without_an_authority_or_a_gate_nobody_passes($kind);
            }
        }
    )*};
}

before! {
    nginx: Kind::Nginx;
    caddy: Kind::Caddy;
    haproxy: Kind::Haproxy;
    envoy_grpc: Kind::EnvoyGrpc;
    envoy_http: Kind::EnvoyHttp;
}

/// The same proxy with the same file: what differs is who judges.
mod nginx_follow {
    use super::*;

    const KIND: Kind = Kind::NginxFollow;

    #[test]
    fn the_service_hears_of_a_client_what_the_gate_says() {
        claim::the_service_hears_of_a_client_what_the_gate_says(KIND);
    }

    #[test]
    fn the_token_stays_at_the_proxy_where_the_route_says_so() {
        claim::the_token_stays_at_the_proxy_where_the_route_says_so(KIND);
    }

    #[test]
    fn nobody_is_told_as_nobody() {
        claim::nobody_is_told_as_nobody(KIND);
    }

    #[test]
    fn who_may_not_pass_is_told_why() {
        claim::who_may_not_pass_is_told_why(KIND);
    }

    #[test]
    fn a_revoked_token_is_refused_at_once() {
        claim::a_revoked_token_is_refused_at_once(KIND);
    }
}

#[test]
fn nginx_that_drops_nothing_still_passes_no_alias() {
    claim::other_spellings_of_identity_headers_end_a_request(Kind::NginxLenient);
}
