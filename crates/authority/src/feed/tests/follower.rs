//! How many may follow, and how they may be called.

use symbolon_token::feed::Acknowledgement;

use super::Site;
use crate::feed::{FeedError, MAX_FOLLOWERS_OF_CLIENT};

#[tokio::test]
async fn there_are_so_many_followers_of_a_client_and_no_more() {
    let site = Site::open().await;
    let stream = site.snapshot().await.position.stream;
    let named = |name: String| Acknowledgement {
        follower: name,
        ..site.said(stream, 0)
    };
    for name in 0..MAX_FOLLOWERS_OF_CLIENT {
        site.acknowledge(&named(name.to_string())).await.unwrap();
    }
    let refused = site.acknowledge(&named("more".to_owned())).await;
    assert!(matches!(refused, Err(FeedError::TooMany(_))));
    site.acknowledge(&named("7".to_owned())).await.unwrap();
    let leaves = Acknowledgement {
        leaving: true,
        ..named("7".to_owned())
    };
    site.acknowledge(&leaves).await.unwrap();
    site.acknowledge(&named("more".to_owned())).await.unwrap();
    for name in [String::new(), "x".repeat(65), "a\nb".to_owned()] {
        let refused = site.acknowledge(&named(name)).await;
        assert!(matches!(refused, Err(FeedError::Name)));
    }
}

#[tokio::test]
async fn followers_of_a_client_are_counted_over_its_audiences() {
    let mut site = Site::open().await;
    let audiences = [site.audience.clone(), site.realm.userinfo_endpoint()];
    for audience in &audiences {
        site.audience.clone_from(audience);
        let stream = site.snapshot().await.position.stream;
        for name in 0..MAX_FOLLOWERS_OF_CLIENT / 2 {
            let said = Acknowledgement {
                follower: name.to_string(),
                ..site.said(stream, 0)
            };
            site.acknowledge(&said).await.unwrap();
        }
    }
    let stream = site.snapshot().await.position.stream;
    let refused = site.acknowledge(&site.said(stream, 0)).await;
    assert!(matches!(refused, Err(FeedError::TooMany(_))));
}
