package load;

/// What is compared.
enum Kind {
    RINGBACK("Ringback", Protocol.STOMP, "/actuator/health/readiness"),
    NODE_MEMORY("Node, memory", Protocol.SOCKET_IO, "/health"),
    NODE_POSTGRES("Node, PostgreSQL", Protocol.SOCKET_IO, "/health");

    private final String title;
    private final Protocol protocol;
    private final String health;

    Kind(String title, Protocol protocol, String health) {
        this.title = title;
        this.protocol = protocol;
        this.health = health;
    }

    String title() {
        return title;
    }

    Protocol protocol() {
        return protocol;
    }

    /// Where it says that it is ready.
    String health() {
        return health;
    }
}
