//! Judges the statements in `src/**/*.rs`: each names the columns that it reads.
//!
//! A node keeps its prepared statements while the next release adds columns. PostgreSQL then
//! refuses one that asks for all of them, on that connection for ever.

use super::tree::Source;

/// Every statement of these files that asks for whatever columns there are.
pub(super) fn faults(files: &[Source]) -> Vec<String> {
    let mut found = Vec::new();
    for file in files {
        for (line, n) in file.text.lines().zip(1..) {
            let words: Vec<&str> = line.split([' ', '"', ',', ';', '(']).collect();
            let asks = |word: &str| ["select", "returning"].contains(&word);
            let all = |word: &str| word == "*" || word.ends_with(".*");
            if words.windows(2).any(|pair| asks(pair[0]) && all(pair[1])) {
                found.push(file.fault(n, "name the columns: a next release may add some"));
            }
        }
    }
    found
}

#[test]
fn statements_that_ask_for_all_columns_are_found() {
    let faults_of = |text: &str| {
        faults(&[Source { path: "store/x.rs".to_owned(), text: text.to_owned() }]).len()
    };
    for all in ["\"select * from t\"", "\"(select t.* from t)", " returning *\"", "\"select *,"] {
        assert_eq!(faults_of(all), 1, "{all}");
    }
    for named in ["\"select count(*) from t\"", "a * b", "for x in *select", "returning a\""] {
        assert_eq!(faults_of(named), 0, "{named}");
    }
}
