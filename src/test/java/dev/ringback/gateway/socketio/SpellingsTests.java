package dev.ringback.gateway.socketio;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// Members by both of their names.
class SpellingsTests {

    @Test
    void clientsMayUseEitherAndTheApisOwnCounts() {
        assertThat(Spellings.snake(json("{'calledId':'b','call_type':'audio','ringTimeout':5}")))
                .isEqualTo(json("{'called_id':'b','call_type':'audio','ring_timeout':5}"));
        assertThat(Spellings.snake(json("{'roomId':'camel','room_id':'snake'}")))
                .isEqualTo(json("{'room_id':'snake'}"));
        assertThat(Spellings.snake(json("{'room_id':'snake','roomId':'camel'}")))
                .isEqualTo(json("{'room_id':'snake'}"));
        assertThat(Spellings.snake(json("{'custom':{'orderId':1}}"))).isEqualTo(json("{'custom':{'orderId':1}}"));
    }

    @Test
    void clientsGetBothAndTheirOwnAsItIs() {
        assertThat(Spellings.both(json("{'room_id':'r','state':'s','legs':[{'user_id':'u'}],'custom':{'order_id':1}}")))
                .isEqualTo(json("{'room_id':'r','roomId':'r','state':'s','legs':[{'user_id':'u','userId':'u'}],"
                        + "'custom':{'order_id':1}}"));
    }

    private static ObjectNode json(String text) {
        return (ObjectNode) JsonMapper.shared().readTree(text.replace('\'', '"'));
    }
}
