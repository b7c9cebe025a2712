package dev.ringback.announce;

/// What came of an attempt.
sealed interface Answer {
    /// The endpoint took it: any 2xx.
    record Taken() implements Answer {}

    /// The endpoint wants no more events: 410.
    record Gone() implements Answer {}

    /// Anything else, redirects included.
    ///
    /// @param code the status, or what kept the endpoint from answering: `timeout`, `connection`, `address_not_allowed`
    record Failed(String code) implements Answer {}

    /// In metrics.
    default String word() {
        return switch (this) {
            case Taken _ -> "delivered";
            case Gone _ -> "gone";
            case Failed _ -> "failed";
        };
    }
}
