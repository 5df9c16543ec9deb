//! Reading and binding: the same text means the same to both engines.

use proptest::prelude::*;
use symbolon_store::testing::each_engine;
use symbolon_store::{MAX_ROWS, Row, Step, Unit, Value};

use crate::arrange::*;

#[tokio::test(flavor = "multi_thread")]
async fn parameters_bind_by_their_number_in_whatever_order_they_appear() {
    each_engine(MIGRATIONS, |db| async move {
        let step = Step::one(
            "INSERT INTO thing (secret, generation, name, id) VALUES ($4, $3, $2, $1)",
            vec![1.into(), "$1 name".into(), 3.into(), bytes(b"four")],
        );
        db.commit(Unit::default().step(step)).await.unwrap();
        let update = Step::one(
            "UPDATE thing SET generation = $3 + $3, name = '$1' || name \
             WHERE generation = $2 AND id = $1",
            vec![1.into(), 3.into(), 5.into()],
        );
        db.commit(Unit::default().step(update)).await.unwrap();
        let find = "SELECT id, name, generation, secret FROM thing WHERE name <> $2 AND id = $1";
        let row = db.row(find, &[1.into(), "x".into()]).await.unwrap();
        let expected = vec![1.into(), "$1$1 name".into(), 10.into(), bytes(b"four")];
        assert_eq!(row, Some(Row::new(expected)));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn too_few_parameters_are_refused() {
    each_engine(MIGRATIONS, |db| async move {
        let find = "SELECT id FROM thing WHERE id = $1";
        db.row(find, &[]).await.unwrap_err();
        assert_eq!(db.row(find, &[1.into()]).await.unwrap(), None);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nulls_go_in_and_come_out() {
    each_engine(MIGRATIONS, |db| async move {
        let write = "INSERT INTO thing (id, name, secret) VALUES ($1, $2, $3)";
        let rows = [(1, Value::Null), (2, bytes(&[0, 255])), (3, bytes(&[]))];
        for (id, secret) in rows.clone() {
            let step = Step::one(write, vec![id.into(), format!("{id}").into(), secret]);
            db.commit(Unit::default().step(step)).await.unwrap();
        }
        for (id, secret) in rows {
            let find = "SELECT secret FROM thing WHERE id = $1";
            let row = db.row(find, &[Value::from(id)]).await.unwrap();
            assert_eq!(row, Some(Row::new(vec![secret])));
        }
        let missing = "SELECT count(*) FROM thing WHERE $1 IS NULL OR secret = $1";
        for (secret, expected) in [(Value::Null, 3), (bytes(&[]), 1), (Value::Null, 3)] {
            let row = db.row(missing, &[secret]).await.unwrap().unwrap();
            assert_eq!(row.integer(0), Ok(expected));
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn integers_are_64_bits_wide_wherever_they_stand() {
    each_engine(MIGRATIONS, |db| async move {
        let big = 1_i64 << 40;
        let insert = Unit::default().steps([insert(big), insert(big + 1), insert(-1)]);
        db.commit(insert).await.unwrap();
        let page = "SELECT id, COALESCE($2, 0), $2 + 1, id > $1 FROM thing \
                    WHERE id > COALESCE($1, 0) ORDER BY id LIMIT $3";
        let rows = |from: Option<i64>, limit: i64| {
            let db = db.clone();
            let params = [from.into(), Value::from(big), limit.into()];
            async move { db.rows(page, &params).await.unwrap() }
        };
        // The first call is with a null, from which nothing can be inferred.
        let row =
            |id: i64, truth: Value| Row::new(vec![id.into(), big.into(), (big + 1).into(), truth]);
        let all = rows(None, big).await;
        assert_eq!(all, [row(big, Value::Null), row(big + 1, Value::Null)]);
        assert_eq!(rows(Some(big), 1).await, [row(big + 1, 1.into())]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_expressions_give_is_the_same_type_everywhere() {
    each_engine(MIGRATIONS, |db| async move {
        let insert = Unit::default().steps([insert(70_000), insert(3), turn(3, 0, 1 << 60)]);
        db.commit(insert).await.unwrap();
        let sql = "SELECT count(*), sum(id), max(generation), 7, min(name), \
                   EXISTS (SELECT 1 FROM thing WHERE id = 4), sum(id) - sum(id), NULL, 'text' \
                   FROM thing";
        let expected = vec![
            2.into(),
            70_003.into(),
            (1_i64 << 60).into(),
            7.into(),
            "thing 3".into(),
            0.into(),
            0.into(),
            Value::Null,
            "text".into(),
        ];
        assert_eq!(db.row(sql, &[]).await.unwrap(), Some(Row::new(expected)));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn text_is_ordered_by_its_bytes() {
    each_engine(MIGRATIONS, |db| async move {
        let names = ["B", "a", "Z", "é", "_", "10", "9", "a b", "ab"];
        for (id, name) in (0_i64..).zip(names) {
            let step = Step::one(INSERT, vec![id.into(), name.into()]);
            db.commit(Unit::default().step(step)).await.unwrap();
        }
        let sql = "SELECT name FROM thing WHERE name > $1 ORDER BY name";
        let rows = db.rows(sql, &["9".into()]).await.unwrap();
        let found: Vec<_> = rows.iter().map(|row| row.text(0).unwrap()).collect();
        assert_eq!(found, ["B", "Z", "_", "a", "a b", "ab", "é"]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_text_with_a_zero_character_is_refused() {
    each_engine(MIGRATIONS, |db| async move {
        let step = Step::one(INSERT, vec![1.into(), "a\0b".into()]);
        db.commit(Unit::default().step(step)).await.unwrap_err();
        let find = "SELECT id FROM thing WHERE name = $1";
        db.row(find, &["\0".into()]).await.unwrap_err();
        assert_eq!(count(&db).await, 0);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_read_of_more_rows_than_allowed_is_an_error_not_a_part() {
    each_engine(MIGRATIONS, |db| async move {
        let many = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < $1) \
                    SELECT i FROM n";
        let most = i64::try_from(MAX_ROWS).unwrap();
        assert_eq!(db.rows(many, &[most.into()]).await.unwrap().len(), MAX_ROWS);
        db.rows(many, &[(most + 1).into()]).await.unwrap_err();
        let first = db.row(many, &[(most + 1).into()]).await.unwrap();
        assert_eq!(first, Some(Row::new(vec![1.into()])));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_statement_that_nobody_understands_is_an_error_and_the_next_one_works() {
    each_engine(MIGRATIONS, |db| async move {
        db.row("SELEKT 1", &[]).await.unwrap_err();
        db.rows("SELECT nothing FROM thing", &[]).await.unwrap_err();
        assert_eq!(count(&db).await, 0);
    })
    .await;
}

#[test]
fn any_value_comes_back_as_it_went_in() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let value = (
        any::<i64>(),
        "[^\0]{0,40}",
        proptest::collection::vec(any::<u8>(), 0..60),
    );
    let cases = proptest::collection::vec(value, 1..40);
    let config = ProptestConfig::with_cases(8);
    proptest!(config, |(values in cases)| {
        runtime.block_on(each_engine(MIGRATIONS, |db| {
            let values = values.clone();
            async move {
                let read = "SELECT $1, $2, $3, $1 = $1 FROM head";
                for (integer, text, blob) in values {
                    let sent = [integer.into(), text.into(), Value::Bytes(blob)];
                    let row = db.row(read, &sent).await.unwrap();
                    let expected: Vec<Value> = sent.into_iter().chain([1.into()]).collect();
                    assert_eq!(row, Some(Row::new(expected)));
                }
            }
        }));
    });
}
