package dev.ringback.demo;

import dev.ringback.identity.ConditionalOnDemoMode;
import dev.ringback.notify.InspectedPush;
import dev.ringback.notify.PushInspector;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.springframework.stereotype.Component;

/// The phones that the demo page draws. A push goes to the pages that show its phone, and is answered as the phone's
/// behaviour has it.
@Component
@ConditionalOnDemoMode
class SimulatedPhones implements PushInspector {
    static final int REMEMBERED = 1000;
    static final Duration SLOW = Duration.ofSeconds(2);

    private final PushStreams streams;
    /// Those that are not [Behaviour#OK], by their tokens.
    private final Map<String, Behaviour> behaviours = new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Behaviour> eldest) {
            return size() > REMEMBERED;
        }
    };

    SimulatedPhones(PushStreams streams) {
        this.streams = streams;
    }

    /// What becomes of a phone's pushes.
    enum Behaviour {
        OK, UNINSTALLED, SLOW, FAILING;

        Answer answer() {
            return switch (this) {
                case OK -> new Answer(Word.TAKEN, Duration.ZERO);
                case UNINSTALLED -> new Answer(Word.UNREGISTERED, Duration.ZERO);
                case SLOW -> new Answer(Word.TAKEN, SimulatedPhones.SLOW);
                case FAILING -> new Answer(Word.UNAVAILABLE, Duration.ZERO);
            };
        }
    }

    /// Holds from the next push on. The newest 1,000 tokens are remembered.
    synchronized void behave(String token, Behaviour behaviour) {
        behaviours.remove(token);
        if (behaviour != Behaviour.OK) {
            behaviours.put(token, behaviour);
        }
    }

    @Override
    public Answer inspect(InspectedPush push) {
        var behaviour = behaviour(push.token());
        streams.show(push, behaviour);
        return behaviour.answer();
    }

    private synchronized Behaviour behaviour(String token) {
        return behaviours.getOrDefault(token, Behaviour.OK);
    }
}
