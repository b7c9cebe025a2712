package dev.ringback.identity;

/// What is counted, each by the minute.
enum Limit {
    /// By the caller.
    INITIATES_PER_USER,
    /// By the caller and one called user.
    INITIATES_PER_PAIR,
    /// By one called user.
    RINGS_PER_CALLED_USER,
    /// By the address of a request that proves nobody.
    ANONYMOUS_PER_ADDRESS;

    int of(RateLimitSettings settings) {
        return switch (this) {
            case INITIATES_PER_USER -> settings.initiatesPerUser();
            case INITIATES_PER_PAIR -> settings.initiatesPerPair();
            case RINGS_PER_CALLED_USER -> settings.ringsPerCalledUser();
            case ANONYMOUS_PER_ADDRESS -> settings.anonymousPerAddress();
        };
    }
}
