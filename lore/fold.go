package lore

import (
	"sort"
	"strings"
	"unicode"
	"unicode/utf8"
)

// fold reduces a word to what counts when two are compared: letters in lower
// case, digits and Chinese characters. "MS-SQL" and "ms sql" are one word.
func fold(s string) string {
	return strings.Map(func(r rune) rune {
		if r = foldRune(r); !unicode.IsLetter(r) && !unicode.IsDigit(r) {
			return -1
		}
		return r
	}, s)
}

// foldRune makes one of the characters that people type for the same: a
// full-width form is the ASCII one, a capital the small letter, a traditional
// character the simplified one.
func foldRune(r rune) rune {
	switch {
	case r < utf8.RuneSelf:
		return unicode.ToLower(r)
	case r == '\u3000': // the full-width space
		return ' '
	case r >= '！' && r <= '～':
		return unicode.ToLower(r - '！' + '!')
	case r >= '一' && r <= '鿿':
		return simplified(r)
	}
	return unicode.ToLower(r)
}

// simplified looks a character up in the table below.
func simplified(r rune) rune {
	const pair = 6 // bytes: the characters of the table have three
	at := func(i int) rune { c, _ := utf8.DecodeRuneInString(traditional[i:]); return c }
	n := len(traditional) / pair
	i := sort.Search(n, func(i int) bool { return at(i*pair) >= r })
	if i < n && at(i*pair) == r {
		return at(i*pair + pair/2)
	}
	return r
}

// traditional are the traditional characters whose simplified form stands in
// the texts of the knowledge base, each followed by that form, sorted. After
// OpenCC's table TSCharacters (Apache License 2.0), without what Big5 lacks.
const traditional = "" +
	"丟丢並并乾干亂乱亞亚佈布佔占併并來来侷局係系俠侠俬私倉仓個个們们側侧偵侦偽伪備备傢家傳传傷伤僅仅價价儀仪儘尽優优儲储兒儿" +
	"內内兩两冊册凈净凍冻凱凯別别刪删則则剋克剛刚創创劃划劇剧劉刘劍剑勁劲動动務务勝胜勞劳勢势匯汇區区協协卻却厤历參参叢丛員员" +
	"唸念問问啞哑啟启喚唤喫吃單单嗎吗嘗尝噁恶噴喷噹当嚇吓嚐尝嚮向嚴严囌苏囑嘱國国圍围圖图團团埰采執执報报場场塊块塵尘墊垫墳坟" +
	"壇坛壓压壞坏夠够夢梦夥伙夾夹奧奥奪夺媽妈孫孙學学宮宫寀采實实寧宁審审寫写寬宽寶宝將将專专尋寻對对導导屍尸層层屬属島岛崑昆" +
	"崗岗帥帅師师帶带幀帧幣币幫帮幹干幾几庫库廠厂廢废廣广廳厅弔吊張张強强彆别彈弹彔录彙汇彫雕彿佛後后徑径從从復复徵征徹彻恆恒" +
	"惡恶愛爱態态慘惨慣惯慮虑憑凭憲宪應应懞蒙懶懒懷怀戀恋戰战戲戏戶户捱挨捲卷掃扫掛挂採采換换揮挥損损搶抢摺折摻掺撥拨撲扑撿捡" +
	"擇择擊击擋挡擔担據据擠挤擬拟擴扩擺摆擾扰攔拦攝摄攤摊敗败敵敌數数斷断於于旂旗昇升時时晝昼暉晖暢畅暫暂曆历曏向書书會会朮术" +
	"東东枴拐柺拐條条棄弃棟栋棧栈業业極极榦干榮荣構构槍枪樂乐樓楼標标樞枢樣样樹树橋桥機机橫横檔档檢检檯台欄栏權权歐欧歡欢歲岁" +
	"歷历歸归殘残殭僵殺杀殼壳毀毁氣气氾泛汎泛決决沒没沖冲況况洩泄淨净淵渊減减測测湊凑湧涌準准溝沟溫温滅灭滲渗滾滚滿满漢汉漲涨" +
	"漸渐潔洁潛潜潤润潰溃濃浓濛蒙濟济濫滥濱滨濾滤瀏浏灑洒災灾為为烏乌無无煙烟煩烦熱热燈灯燒烧營营燬毁爛烂爭争爾尔牆墙狀状獎奖" +
	"獨独獲获獵猎獸兽現现琱雕環环產产甦苏甯宁畢毕畫画異异當当疊叠瘋疯瘓痪癥症癱瘫發发盃杯盜盗盡尽監监盤盘盪荡眾众睏困矇蒙碩硕" +
	"確确碼码磚砖礎础礙碍礦矿祕秘禮礼稅税種种稱称積积穩稳穫获窮穷窺窥竄窜竊窃競竞筆笔箇个節节範范簡简簽签籠笼籤签糰团紀纪約约" +
	"紅红紋纹納纳紐纽純纯紙纸級级紛纷細细紹绍終终組组結结絕绝絞绞絡络給给統统絲丝綁绑綑捆經经綠绿維维網网綴缀綵彩緊紧線线緣缘" +
	"編编緩缓練练緻致縣县縮缩縱纵總总織织繞绕繫系繼继續续纍累纏缠纔才罈坛罰罚罷罢羅罗義义習习翫玩聞闻聯联聰聪聲声職职聽听脩修" +
	"脫脱腦脑腳脚膠胶臟脏臨临臺台與与舉举舊旧艦舰華华菸烟萬万葯药蒐搜蒼苍蓆席蓋盖蔘参蔥葱蕩荡薦荐藍蓝藥药蘇苏蘋苹蘭兰處处虛虚" +
	"號号虧亏蟲虫蠻蛮術术衕同衚胡衛卫衝冲補补裝装裡里製制複复襬摆覈核見见規规視视親亲覺觉覽览觀观觸触訂订計计訊讯討讨託托記记" +
	"訪访設设許许訴诉診诊註注証证詐诈評评詞词詢询試试話话該该誌志認认誘诱語语誠诚誤误說说誰谁課课調调談谈請请論论諜谍諾诺謂谓" +
	"謊谎講讲謝谢謹谨證证識识譜谱譟噪譭毁譯译議议護护讀读變变讓让豬猪貓猫貝贝負负財财貨货責责貴贵買买費费貼贴賀贺資资賊贼賓宾" +
	"賣卖質质賬账賴赖購购賽赛贓赃趕赶趨趋跡迹蹟迹蹤踪蹺跷車车軌轨軍军軟软較较載载輔辅輕轻輛辆輩辈輪轮輯辑輸输轄辖轉转轟轰辦办" +
	"辭辞辯辩農农迴回這这連连週周進进遊游運运過过達达遙遥遞递遠远適适遲迟遷迁選选遺遗邁迈還还邊边邏逻郵邮鄧邓鄰邻醜丑醣糖醫医" +
	"釋释釘钉針针釣钓釦扣鈅钥鈕钮鈴铃鈾铀鉅巨鉆钻鉤钩銀银銳锐銷销鋒锋鋪铺鋼钢錄录錢钱錯错錶表鍋锅鍵键鍼针鍾钟鎖锁鏇旋鏈链鏡镜" +
	"鐘钟鐵铁鑑鉴鑒鉴鑰钥鑽钻長长門门閃闪閉闭開开閑闲閒闲間间閘闸閤合閥阀閱阅闆板闇暗關关陞升陣阵陳陈陸陆陽阳隊队階阶際际隨随" +
	"險险隱隐隻只雖虽雙双雜杂雞鸡離离難难雲云電电霧雾靈灵靜静鞦秋韆千韋韦響响頁页頂顶項项順顺須须預预頒颁頓顿領领頭头頻频題题" +
	"額额顛颠類类顧顾顯显風风颱台飄飘飛飞飯饭飲饮餅饼養养餌饵餘余餡馅館馆饋馈饞馋馬马駐驻騎骑騙骗騰腾驅驱驗验驚惊驟骤髒脏體体" +
	"髮发鬆松鬍胡鬚须鬥斗鬧闹魚鱼鮮鲜鳥鸟鳳凤鴿鸽鵝鹅鵰雕鷹鹰鹽盐麗丽麥麦麴曲麵面麼么黃黄點点黨党鼕冬齊齐齒齿齣出龍龙"
