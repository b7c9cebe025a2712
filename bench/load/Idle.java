package load;

import java.net.URI;

/// Users who are there and do nothing, in a process of their own: their memory and collections are not the generator's.
///
/// Says when all are connected, and ends when standard input does.
public final class Idle {
    private Idle() {}

    public static void main(String... args) throws Exception {
        var url = URI.create(args[0]);
        var protocol = Kind.valueOf(args[1]).protocol();
        int users = Integer.parseInt(args[2]);
        // the secret is nobody's business on a command line
        var tokens = new Tokens(System.getenv("SECRET"));
        try (var _ = Crowd.connected(new Http(url), tokens, protocol, users)) {
            System.out.println("connected");
            while (System.in.read() >= 0) {
            }
        }
        System.exit(0);
    }
}
